// States, gates and gradients over time, at rest: each heatmap is coloured once, when data come.

const LABELS = 92; // pixels left of the panels, before `scale`

class Strip {
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
  }

  show(run, width, height, scale) {
    this.run = run;
    this.ink = run.ink;
    this.size = [width, height, scale];
    this.left = LABELS * scale;
    this.right = width - 10;
    this.panels = this.layout(height, scale);
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    this.ratio = ratio;
    this.bright = this.layer((pen) => this.panels.forEach((panel) => this.picture(pen, panel)));
    this.faint = this.layer((pen) => this.ground(pen));
    this.drawn = null;
  }

  // Heights: a heatmap 1, the norms 2; groups stand a little apart.
  layout(height, scale) {
    const groups = this.run.panels;
    const gap = 5 * scale;
    const apart = 18 * scale;
    const foot = 24 * scale;
    const parts = groups.flat().reduce((sum, panel) => sum + (panel.kind === "norms" ? 2 : 1), 0);
    const gaps = groups.reduce((sum, group) => sum + (group.length - 1) * gap + apart, 0);
    const unit = (height - foot - gaps) / parts;
    let y = 0;
    const found = [];
    for (const group of groups) {
      y += apart;
      for (const panel of group) {
        const own = unit * (panel.kind === "norms" ? 2 : 1);
        found.push({ ...panel, y, height: own });
        y += own + gap;
      }
      y -= gap;
    }
    this.bottom = y;
    return found;
  }

  layer(draw) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [this.canvas.width, this.canvas.height];
    const pen = canvas.getContext("2d");
    pen.scale(this.ratio, this.ratio);
    draw(pen);
    return canvas;
  }

  picture(pen, panel) {
    if (panel.kind === "norms") return this.norms(pen, panel);
    const array = this.run.arrays[panel.name];
    const image = new ImageData(this.run.count, array.rows);
    const gradient = panel.kind === "gradient";
    const top = panel.top ?? array.top;
    const columns = panel.kind === "gate" ? null : this.run.after;
    for (let unit = 0; unit < array.rows; unit++) {
      for (let k = 0; k < this.run.count; k++) {
        const value = at(array, unit, columns ? columns[k] : k);
        const share = gradient ? signedLog(value, top) : 0.5 + value / top / 2;
        let colour = panel.open ? pick(this.ink.gate, value) : pick(this.ink.signed, share);
        if (Number.isNaN(value)) colour = rgb(this.ink.grid);
        image.data.set([...colour, 255], 4 * (unit * this.run.count + k));
      }
    }
    const small = document.createElement("canvas");
    [small.width, small.height] = [image.width, image.height];
    small.getContext("2d").putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = array.rows > panel.height * this.ratio;
    pen.drawImage(small, this.left, panel.y, this.right - this.left, panel.height);
  }

  norms(pen, panel) {
    const { run, ink } = this;
    const curves = panel.names.map((name) => run.arrays[`norm_${name}`].values);
    const every = curves.flatMap((curve) => [...curve]).filter((v) => v > 0 && v < Infinity);
    const high = Math.ceil(Math.log10(every.length ? Math.max(...every) : 1) + 0.05);
    const low = Math.min(high - 2, Math.floor(Math.log10(every.length ? Math.min(...every) : 0.1) - 0.05));
    const y = (value) => panel.y + (panel.height * (high - Math.log10(value))) / (high - low);
    panel.decades = [low, high];
    panel.names.forEach((name, index) => {
      pen.strokeStyle = ink.hues[name];
      pen.lineWidth = 2.2 * this.size[2];
      pen.setLineDash(index ? [7, 4] : []);
      pen.beginPath();
      const seen = (value) => value > 0 && value < Infinity;
      curves[index].forEach((value, k) => seen(value) && pen.lineTo(this.x(k + 0.5), y(value)));
      if (run.count === 1 && seen(curves[index][0])) pen.arc(this.x(0.5), y(curves[index][0]), 3, 0, 7);
      pen.stroke();
    });
    pen.setLineDash([]);
    panel.y10 = y;
  }

  // Everything that does not move: words, frames, and the faint pictures of what is to come.
  ground(pen) {
    const { ink, size: [, , scale] } = this;
    pen.textBaseline = "middle";
    for (const panel of this.panels) {
      pen.fillStyle = ink.text;
      pen.textAlign = "right";
      this.label(pen, panel, scale);
      pen.strokeStyle = ink.grid;
      pen.lineWidth = 1;
      pen.strokeRect(this.left - 0.5, panel.y - 0.5, this.right - this.left + 1, panel.height + 1);
      if (panel.heading) {
        pen.font = this.font(12.5);
        pen.textAlign = "left";
        pen.fillStyle = ink.quiet;
        pen.fillText(panel.heading, this.left, panel.y - 9 * scale);
      }
    }
    pen.fillStyle = ink.quiet;
    pen.font = this.font(12.5);
    this.times().forEach((k) => {
      pen.textAlign = "center";
      const half = pen.measureText(this.run.steps[k]).width / 2;
      const x = clamp(this.x(k + 0.5), this.left + half, this.size[0] - half);
      pen.fillText(this.run.steps[k], x, this.bottom + 13 * scale);
    });
    pen.textAlign = "right";
    pen.fillText("time t", this.left - 8 * scale, this.bottom + 13 * scale);
  }

  label(pen, panel, scale) {
    const middle = panel.y + panel.height / 2;
    if (panel.kind === "norms") {
      pen.font = this.font(12.5);
      pen.fillStyle = this.ink.quiet;
      for (const power of panel.decades) {
        const y = clamp(panel.y10(10 ** power), panel.y + 6 * scale, panel.y + panel.height - 6 * scale);
        pen.fillText(`10${superscript(power)}`, this.left - 8 * scale, y);
      }
      pen.fillStyle = this.ink.text;
      pen.fillText("norm", this.left - 8 * scale, middle);
      return;
    }
    const words = panel.kind === "gradient" ? "" : `${panel.word} `;
    pen.font = this.font(13, panel.kind === "gradient" ? "" : "italic");
    pen.fillStyle = this.ink.hues[panel.of] ?? this.ink.text;
    pen.fillText(panel.symbol, this.left - 8 * scale, middle);
    const width = pen.measureText(panel.symbol).width;
    pen.font = this.font(13);
    pen.fillStyle = this.ink.text;
    pen.fillText(words, this.left - 8 * scale - width, middle);
  }

  font(size, style = "") {
    return `${style} ${size * this.size[2]}px ${this.run.font}`;
  }

  times() {
    const room = Math.max(1, Math.floor((this.right - this.left) / (70 * this.size[2])));
    const every = Math.max(1, Math.ceil(this.run.count / room));
    const found = [];
    for (let k = 0; k < this.run.count - every / 2; k += every) found.push(k);
    if (this.run.count > 1) found.push(this.run.count - 1);
    return found;
  }

  x(column) {
    return this.left + ((this.right - this.left) * column) / this.run.count;
  }
}

const superscript = (power) =>
  `${power}`.replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);
