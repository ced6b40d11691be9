// The training study, one setting at a time: accuracies, training curves, or gradient norms by layer.
(() => {
  "use strict";
  const { layers, minus, plane, short, speaker, start, write } = window.book;
  const percent = (share) => `${Number((100 * share).toFixed(1))}%`;

  start("study", (figure, facts) => {
    const plot = figure.querySelector("[data-plot]");
    const svg = figure.querySelector("svg");
    const layer = layers(plot);
    const names = Object.keys(facts.titles);
    const [width, height, left, , top, bottom] = facts.size;
    const say = speaker(figure);
    const chosen = (part) => figure.querySelector(`#${figure.id}-${part}-choice`)?.value;
    const pair = () => [chosen("first"), chosen("second")];
    const kind = (name, rest) => ["value", "slope"][pair().indexOf(name)] ?? rest;
    const onTop = () => [...names.filter((name) => !pair().includes(name)), ...pair()];
    const words = (name, text) => `${facts.titles[name]} ${text}`;
    const report = (what, facts, tell) => {
      const [first, second] = pair();
      say(minus(`${what}: ${words(first, tell(first))}; ${words(second, tell(second))}`), facts);
    };

    const drawPercents = (add, map) => {
      for (let tick = 0; tick <= 100; tick += 20) {
        add("path", { class: "grid", d: `M${map.across(tick / 100)} ${top}V${height - bottom}` });
        // The last label would stick out of the picture.
        const [x, anchor] = tick === 100 ? [width, "end"] : [map.across(tick / 100), "middle"];
        add("text", { x, y: height - 12, "text-anchor": anchor }, `${tick}%`);
      }
    };
    const drawShares = (add, map, rates) => {
      names.forEach((name, row) => {
        add("text", { x: left + 4, y: map.down(row + 0.42) }, facts.titles[name]);
        for (const share of rates(name)) {
          add("circle", { class: `dot ${kind(name, "")}`, cx: map.across(share), cy: map.down(row + 0.7), r: 6 });
        }
      });
    };
    const rates = (name) => facts.accuracy[name][chosen("depth")][chosen("start")][chosen("rate")];
    const middle = (name) => rates(name)[(rates(name).length - 1) / 2];
    const losses = (name) => facts.curve[name][chosen("depth")][chosen("start")][chosen("rate")];
    const lastLoss = (name) => losses(name)[1].at(-1);
    const endOf = (name) => (lastLoss(name) === null ? "diverged" : short(lastLoss(name)));
    const norms = (name) => facts.norms[name][chosen("depth")][chosen("start")];
    const afterAll = () => `loss after ${facts.steps.at(-1)} steps`;

    const drawAccuracy = () => {
      const map = plane(facts.size, [0, 1], [names.length, 0]);
      layer("axes", ["accuracy"], (add) => drawPercents(add, map));
      layer("lines", [], () => {}, { clipped: true });
      layer("dots", [pair(), names.map(rates)], (add) => drawShares(add, map, rates));
      const [first, second] = pair().map(middle);
      report("Median accuracy", { first, second }, (name) =>
        `${percent(middle(name))} (${percent(rates(name)[0])} to ${percent(rates(name).at(-1))})`);
    };

    // Lines of medians, with the spread of the pair behind; a missing number ends or interrupts a line.
    const drawLines = (add, map, xs, lines) => {
      for (const name of onTop()) {
        const [low, middle, high] = lines(name);
        const there = xs.map((_, index) => index).filter((index) => middle[index] !== null);
        if (!there.length) continue;
        if (pair().includes(name)) {
          const banded = there.filter((index) => low[index] !== null && high[index] !== null);
          const back = [...banded].reverse();
          const points = map.path([...banded, ...back].map((i) => xs[i]), [...banded.map((i) => low[i]), ...back.map((i) => high[i])]);
          if (banded.length) add("path", { class: `band ${kind(name)}`, d: `${points}Z` });
        }
        const line = map.path(there.map((i) => xs[i]), there.map((i) => middle[i]));
        const style = pair().includes(name) ? `curve ${kind(name)}` : "other";
        add("path", { class: style, d: line });
      }
    };

    const drawView = (window, xs, lines) => {
      const map = plane(facts.size, ...window);
      layer("axes", window, map.axes);
      layer("lines", [window, pair(), chosen("depth"), chosen("start"), chosen("rate")], (add) => drawLines(add, map, xs, lines), { clipped: true });
      layer("dots", [], () => {});
    };
    const drawCurves = () => {
      drawView([[0, facts.steps.at(-1)], [0, facts.highest]], facts.steps, losses);
      const [first, second] = pair().map(lastLoss);
      report(`Median ${afterAll()}`, { first, second }, endOf);
    };

    const drawNorms = () => {
      const medians = names.flatMap((name) => norms(name)[1]).filter((value) => value !== null);
      const layers = Array.from({ length: Number(chosen("depth")) + 1 }, (_, index) => index + 1);
      const decades = [Math.floor(Math.min(...medians)), Math.ceil(Math.max(...medians))];
      drawView([[1, layers.length], decades], layers, norms);
      const ends = (name) => [10 ** norms(name)[1][0], 10 ** norms(name)[1].at(-1)];
      const [first, second] = pair().map((name) => ends(name)[0]);
      const two = (number) => short(Number(number.toPrecision(2)));
      report("Gradient norm of the first and the last layer", { first, second }, (name) => ends(name).map(two).join(" and "));
    };

    // What the picture shows, for somebody who does not see it; in the first position, the words of the page.
    const describe = (view) => {
      const text = (part) => figure.querySelector(`#${figure.id}-${part}-choice`)?.selectedOptions[0].textContent;
      const setting = `${text("depth")} hidden layers, ${text("start")} start`;
      const each = (tell) => names.map((name) => words(name, tell(name))).join(", ");
      const power = (exponent) => (exponent === null ? "unknown" : short(Number(exponent.toFixed(1))));
      if (view === "norms") {
        const ends = (name) => [0, -1].map((end) => power(norms(name)[1].at(end))).join(" and ");
        return `Logarithm of the gradient norm of each layer for seven activations, ${setting}: ` +
          `in the first and the last layer, medians, ${each(ends)}`;
      }
      const tried = `with ${setting}, learning rate ${text("rate")}`;
      if (view === "accuracy") return `Test accuracy of seven activations, five networks each, ${tried}: medians ${each((name) => percent(middle(name)))}`;
      return `Training curves of seven activations ${tried}: median ${afterAll()}, ${each(endOf)}`;
    };

    const draw = () => {
      const view = facts.norms ? "norms" : chosen("view");
      figure.querySelectorAll("[data-name]").forEach((node) => write(node, facts.titles[chosen(node.dataset.name)]));
      ({ accuracy: drawAccuracy, curve: drawCurves, norms: drawNorms })[view]();
      svg.setAttribute("aria-label", describe(view));
    };

    figure.addEventListener("change", draw);
    draw();
  });
})();
