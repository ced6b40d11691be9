// The error of a numerical derivative against its step, both on logarithmic scales.
(() => {
  "use strict";
  const { layers, minus, plane, short, sliders, speaker, start } = window.book;

  start("stepsize", (figure, facts) => {
    const functions = window.explorables[figure.id];
    const [[low, high], [floor]] = facts.window;
    const [width, height, left, right, top, bottom] = facts.size;
    const svg = figure.querySelector("svg");
    const plot = svg.querySelector("[data-plot]");
    const layer = layers(plot);
    const choice = figure.querySelector("select");
    const steps = figure.querySelector('[data-slider="power"]');
    const say = speaker(figure);
    const map = plane(facts.size, ...facts.window);
    const grid = Array.from({ length: facts.samples }, (_, index) => low + ((high - low) * index) / (facts.samples - 1));

    const power = (error) => Math.max(floor, Math.log10(error));
    const few = (number) => minus(Number(number.toPrecision(2)).toString());

    const draw = () => {
      const { value, derivative } = functions[choice.value];
      const { power: exponent, x } = sliders(figure);
      const forward = (h) => (value(x + h) - value(x)) / h;
      const central = (h) => (value(x + h) - value(x - h)) / (2 * h);
      const error = (rule, h) => Math.abs(rule(h) - derivative(x));
      layer("axes", [], (add) => {
        map.axes(add);
        add("text", { x: width - right - 4, y: height - bottom - 8, "text-anchor": "end" }, facts.labels[0]);
        add("text", { x: left + 6, y: top + 14 }, facts.labels[1]);
      });
      layer("errors", [choice.value, x], (add) => {
        for (const [rule, kind] of [[forward, "slope"], [central, "value"]]) {
          const d = map.line(grid, grid.map((at) => power(error(rule, 10 ** at))));
          add("path", { class: `curve ${kind}`, d });
        }
      }, { clipped: true });
      const h = 10 ** exponent;
      layer("cursor", [choice.value, x, exponent], (add) => {
        add("path", { class: "cursor", d: `M${map.across(exponent)} ${top}V${height - bottom}` });
        for (const rule of [forward, central]) {
          add("circle", { class: "point", cx: map.across(exponent), cy: map.down(power(error(rule, h))), r: 6 });
        }
      });
      say(
        `x = ${short(x)}, h = ${few(h)}: forward off by ${few(error(forward, h))}, central by ${few(error(central, h))}`,
        { h, x, slope: derivative(x), forward: forward(h), central: central(h) },
      );
      svg.setAttribute("aria-label", `Error of two numerical derivatives of ${choice.selectedOptions[0].textContent} at ${short(x)} against the step, both logarithmic`);
    };

    const follow = (event) => {
      steps.value = Math.min(high, Math.max(low, map.at(svg, event)[0]));
      draw();
    };
    svg.addEventListener("pointerdown", (event) => { svg.setPointerCapture(event.pointerId); follow(event); });
    svg.addEventListener("pointermove", (event) => { if (event.buttons) follow(event); });
    figure.addEventListener("input", draw);
    draw();
  });
})();
