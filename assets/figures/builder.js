// A picture while it is put together: rnnviz/figures/figure_builder.py, for a page without Python.
// What comes of it is the same description, traces and layout, that Plotly takes in the dashboard.

const TICK_SIZE = 14; // pixels of the letters at an axis
const LEGEND_ROW = 24; // pixels that one row of a legend takes
const MOST_WORDS = 30; // that an axis can name side by side
const WIDE = 6.5; // pixels that a letter of a word takes below its axis, aslant

/** @param {number} row */
const suffix = (row) => (row === 1 ? "" : `${row}`);

// To the even one of two whole numbers that are as near, as Python rounds.
/** @param {number} value */
const rounded = (value) => (value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value));

export class FigureBuilder {
  /** @type {Trace[]} */
  traces = [];
  /** @type {Shape[]} */
  shapes = [];
  /** @type {Note[]} */
  notes = [];
  /** @type {Record<string, any>} */
  layout = {};
  /** @type {string[]} */
  remarks = [];
  top = 64; // pixels above the plots
  foot = 0; // pixels that words below the time axis take

  /** @param {Mode} mode */
  constructor(mode, rows = 1, gap = 0.05) {
    this.ink = SHOWN.shared.inks[mode];
    this.rows = rows;
    const height = (1 - gap * (rows - 1)) / rows;
    for (let row = 1; row <= rows; row++) {
      const n = suffix(row), top = 1 - (row - 1) * (height + gap), last = row === rows;
      this.layout[`xaxis${n}`] = { anchor: `y${n}`, showticklabels: last, ...(last ? {} : { matches: `x${suffix(rows)}` }) };
      this.layout[`yaxis${n}`] = { anchor: `x${n}`, domain: [last ? 0 : top - height, top] };
    }
  }

  /** @param {Trace} trace */
  add(trace, row = 1) {
    const n = suffix(row);
    this.traces.push({ ...trace, xaxis: `x${n}`, yaxis: `y${n}` });
  }

  /** @param {string} title @param {object} [axis] */
  x(title, axis = {}, row = this.rows) {
    this.set("xaxis", row, { title, ...axis }, "");
  }

  // The time axis, with a word in place of each step's number, as many as there is room for.
  /** @param {string} title @param {string[]} words @param {number[]} [at] where they stand, 1, 2, .. by default
   * @param {object} [axis] */
  time(title, words, at = words.map((_, k) => k + 1), axis = {}) {
    const every = Math.ceil(words.length / MOST_WORDS), named = words.filter((_, k) => k % every === 0);
    const tickvals = at.filter((_, k) => k % every === 0);
    if (words.length) this.foot = WIDE * Math.max(...named.map((word) => [...word].length));
    this.x(title, { ...axis, ...(words.length ? { tickvals, ticktext: named, tickangle: -60 } : {}) });
  }

  /** @param {string} title @param {object} [axis] */
  y(title, row = 1, axis = {}, colour = "") {
    this.set("yaxis", row, { title, ...axis }, colour);
  }

  // Middle and height of a row, as shares of the figure.
  /** @param {number} row */
  domain(row) {
    const [low, high] = this.layout[`yaxis${suffix(row)}`].domain;
    return [(low + high) / 2, high - low];
  }

  /** @param {string} text @param {object} where */
  note(text, where) {
    this.notes.push({ text, showarrow: false, ...where });
  }

  // Clauses under the title, at the right; `above` pixels are left free for a legend.
  /** @param {string[]} lines */
  remark(lines, above = 0) {
    this.top += 20 * lines.length;
    this.remarks.push(...lines.map((line) => `${line.slice(0, 1).toUpperCase()}${line.slice(1)}.`));
    if (!lines.length) return;
    const place = { xref: "paper", yref: "paper", x: 1, y: 1, yshift: above, xanchor: "right", yanchor: "bottom" };
    this.note(lines.join("<br>"), { ...place, align: "right", font: { color: this.ink.now } });
  }

  // A level through the first row.
  /** @param {number} y @param {object} style */
  across(y, style) {
    this.shapes.push({ type: "line", x0: 0, x1: 1, y0: y, y1: y, xref: "paper", yref: "y", line: style });
  }

  // Make room for a legend above the picture; the pixels that it takes.
  legend(entries = 1) {
    const more = entries > 3 ? 20 * (Math.ceil(entries / 2) - 1) : 0;
    this.top += more;
    return LEGEND_ROW + more;
  }

  /** @param {string} title @param {number} high @param {string} description
   * @param {{ y?: number, yanchor?: string }} [given] of the legend @returns {Drawing} */
  finish(title, high, description, given = {}) {
    const height = high + rounded(this.foot), { y = 0 } = given;
    const legend = given.yanchor === "top" ? { ...given, y: y - this.foot / (height - this.top) } : given;
    const { ink } = this, { font, serif } = SHOWN.theme;
    const axis = {
      gridcolor: ink.grid, linecolor: ink.quiet, zeroline: false, showline: false, ticks: "outside",
      tickcolor: ink.grid, tickfont: { size: TICK_SIZE }, automargin: true,
    };
    const axes = Object.fromEntries(Object.entries(this.layout).map(([name, own]) => [name, { ...axis, ...own }]));
    for (const note of this.notes) note.font = { size: 14, color: ink.text, ...note.font };
    const spread = { orientation: "h", x: 0, xanchor: "left", y: 1, yanchor: "bottom" };
    return {
      data: this.traces,
      layout: {
        ...axes,
        template: {},
        title: {
          text: title, x: 0, xref: "container", xanchor: "left", y: 0.98, yanchor: "top", pad: { l: 2 },
          font: { size: 20, family: serif, color: ink.text },
        },
        font: { family: font, size: 14, color: ink.text },
        paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", height,
        margin: { l: 8, r: 12, t: this.top, b: 8 },
        legend: { ...spread, font: { size: 14 }, ...legend },
        hoverlabel: { font: { size: 14 } },
        meta: { description: [description, ...this.remarks].join(" ") },
        uirevision: "rnnviz", dragmode: false, shapes: this.shapes, annotations: this.notes,
      },
    };
  }

  /** @param {string} kind @param {number} row @param {{ title: string }} axis @param {string} colour */
  set(kind, row, { title, ...axis }, colour) {
    const font = { size: 15, color: colour || this.ink.text };
    Object.assign(this.layout[`${kind}${suffix(row)}`], title ? { title: { text: title, font } } : {}, axis);
  }
}
