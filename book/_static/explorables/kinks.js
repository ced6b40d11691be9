// A two-layer network whose ReLU units build a curve: each unit has the place of its kink and the bend it adds there.
(() => {
  "use strict";
  const { layers, plane, short, sliders, speaker, start } = window.book;

  start("kinks", (figure, facts) => {
    const functions = window.explorables[figure.id];
    const relu = functions.relu.value;
    const target = functions[facts.target].value;
    const [[xLow, xHigh]] = facts.window;
    const svg = figure.querySelector("svg");
    const plot = svg.querySelector("[data-plot]");
    const layer = layers(plot);
    const say = speaker(figure);
    const map = plane(facts.size, ...facts.window);
    const xs = Array.from({ length: facts.samples }, (_, index) => xLow + ((xHigh - xLow) * index) / (facts.samples - 1));
    const wanted = xs.map((x) => target(x));
    let held = null;

    const units = () => {
      const values = sliders(figure);
      return Array.from({ length: facts.units }, (_, index) => ({ kink: values[`t${index + 1}`], bend: values[`c${index + 1}`] }));
    };
    const network = (x, parts) => parts.reduce((total, { kink, bend }) => total + bend * relu(x - kink), 0);
    functions.network = (x) => network(x, units());

    const bell = map.line(xs, wanted);
    // Between two kinks the curves are straight.
    const line = (add, kind, at, height) => add("path", { class: `curve ${kind}`, d: map.path(at, at.map(height)) });

    const draw = () => {
      const parts = units();
      const ys = xs.map((x) => network(x, parts));
      const corners = [xLow, ...parts.map(({ kink }) => kink).sort((a, b) => a - b), xHigh];
      const distance = Math.max(...ys.map((y, index) => Math.abs(y - wanted[index])));
      layer("axes", [], map.axes);
      layer("curves", parts.flatMap(Object.values), (add) => {
        for (const part of parts) line(add, "part", [xLow, part.kink, xHigh], (x) => network(x, [part]));
        add("path", { class: "curve slope", d: bell });
        line(add, "value", corners, (x) => network(x, parts));
      }, { clipped: true });
      const [low, high] = facts.window[1];
      parts.forEach(({ kink }, index) => {
        const y = Math.min(high, Math.max(low, network(kink, parts)));
        const r = held?.index === index ? 12 : 9;
        layer(`point ${index}`, [kink, y, r], (add) => add("circle", { class: "point", cx: map.across(kink), cy: map.down(y), r }));
      });
      say(`Largest distance from the bell: ${short(Number(distance.toFixed(3)))}`, { distance });
    };

    // A finger that starts near a kink holds it; elsewhere the page scrolls as usual.
    const nearest = (event) => {
      const [x, y] = map.at(svg, event);
      const parts = units();
      const gaps = parts.map(({ kink }) => Math.hypot(map.across(kink) - map.across(x), map.down(network(kink, parts)) - map.down(y)));
      const index = gaps.indexOf(Math.min(...gaps));
      return gaps[index] < 60 ? { index, y, bend: parts[index].bend } : null;
    };
    const setSlider = (name, value) => {
      const input = figure.querySelector(`[data-slider="${name}"]`);
      input.value = Math.min(Number(input.max), Math.max(Number(input.min), value));
    };
    svg.addEventListener("pointerdown", (event) => {
      held = nearest(event);
      if (held === null) return;
      svg.setPointerCapture(event.pointerId);
      draw();
    });
    svg.addEventListener("pointermove", (event) => {
      if (held === null || !event.buttons) return;
      const [x, y] = map.at(svg, event);
      setSlider(`t${held.index + 1}`, x);
      setSlider(`c${held.index + 1}`, held.bend + y - held.y);
      draw();
    });
    for (const end of ["pointerup", "pointercancel"]) {
      svg.addEventListener(end, () => { held = null; draw(); });
    }
    figure.addEventListener("input", draw);
    draw();
  });
})();
