"""What a picture of the one file says on hovering is what Plotly says in the dashboard."""

from urllib.parse import urlencode

import pytest
from page_parts import page_parts

from rnnviz import Experiment
from rnnviz.core.link import to_link
from rnnviz.export.plotly_js import FLAT

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PICKED = {"sequence": 1, "unit": 2, "units": [0, 3], "clip": 0.01, "lag": 7}
SAID = """
async (asked) => {
  const box = document.createElement("div"), said = [];
  Object.assign(box.style, { width: "900px", height: "500px" });
  document.body.append(box);
  for (const [e, picked] of asked) {
    const run = runOf(e);
    const figures = shownOf(run).flatMap(([page, pictures]) =>
      pictures.map(({ figure }) => figure(run(page), picked, "light")));
    for (const { data } of figures) {
      for (const trace of data.filter((one) => one.hoverinfo !== "skip")) {
        const heat = trace.type === "heatmap", k = Math.min(1, trace.x.length - 1);
        const unit = Math.min(1, trace.y.length - 1), more = trace.customdata;
        const point = { x: trace.x[k], y: trace.y[heat ? unit : k], z: heat && trace.z[unit][k],
          customdata: heat ? more?.[unit][k] : more?.[k] };
        if (Number.isNaN(point.y)) continue;
        await Plotly.newPlot(box, [{ ...structuredClone(trace), xaxis: "x", yaxis: "y" }]);
        const at = [{ curveNumber: 0, pointNumber: k }];
        const place = heat ? { xval: point.x, yval: point.y } : at;
        Plotly.Fx.hover(box, place, "xy");
        const lines = box.querySelectorAll(".hovertext .nums tspan");
        const whole = lines.length ? [...lines] : [box.querySelector(".hovertext .nums")];
        const here = hoverLines(trace.hovertemplate, point);
        said.push([trace.hovertemplate, here, whole.map((one) => one?.textContent)]);
        Plotly.purge(box);
      }
    }
  }
  return said;
}
"""


def test_what_is_said_on_hovering_is_what_plotly_says(browser):
    with page_parts(browser) as tab:
        tab.add_script_tag(path=FLAT)
        every = [
            Experiment(cell=cell, n_a=4, m=2, T_x=6, gain=0.5) for cell in ("rnn", "lstm", "janet")
        ]
        said = tab.evaluate(SAID, [[urlencode(to_link(e)), PICKED] for e in every])
    assert len(said) > 15
    for template, here, there in said:
        assert here == [line.replace("-", "−") for line in there], template
