// A loss in float64 or float32: −log(1 − σ(z)) step by step as it is printed, against softplus of the logit.
book.start("losses", (figure, facts) => {
  "use strict";
  const { softplus } = window.explorables[figure.id];
  const [low, high] = facts.window;
  const [, height, , , top, bottom] = facts.size;
  const svg = figure.querySelector("svg");
  const plot = svg.querySelector("[data-plot]");
  const choice = figure.querySelector("select");
  const cursor = figure.querySelector('[data-slider="z"]');
  const layer = book.layers(plot);
  const say = book.speaker(figure);
  const map = book.plane(facts.size, facts.window, facts.decades);
  const rounds = { float64: (x) => x, float32: Math.fround };
  const textbook = (z, round) => round(-Math.log(round(1 - round(1 / round(1 + round(Math.exp(-z)))))));
  const words = (loss) => (loss === 0 ? "0" : loss === Infinity ? "∞" : book.minus(loss.toPrecision(6)));

  const sample = (round) => {
    const zs = Array.from({ length: facts.samples }, (_, index) => low + ((high - low) * index) / (facts.samples - 1));
    const losses = zs.map((at) => textbook(round(at), round));
    const sound = zs.map((_, index) => index).filter((index) => losses[index] > 0 && losses[index] < Infinity);
    return { zs, losses, sound };
  };
  const drawAxes = (add, { zs, sound }) => {
    for (const [from, to] of [[low, zs[sound[0]]], [zs[sound.at(-1)], high]]) {
      const width = map.across(to) - map.across(from);
      add("rect", { class: "zone", x: map.across(from), width, y: top, height: height - top - bottom });
    }
    map.axes(add);
  };
  const drawCurves = (add, { zs, losses, sound }, round) => {
    const line = (kind, at, heights) => add("path", { class: `curve ${kind}`, d: map.line(at, heights) });
    line("value", zs, zs.map((at) => Math.log10(round(softplus.value(round(at))))));
    line("slope", sound.map((index) => zs[index]), sound.map((index) => Math.log10(losses[index])));
  };

  const draw = () => {
    const round = rounds[choice.value];
    const { z } = book.sliders(figure);
    const [stable, printed] = [round(softplus.value(round(z))), textbook(round(z), round)];
    layer("axes", [choice.value], (add) => drawAxes(add, sample(round)));
    layer("curves", [choice.value], (add) => drawCurves(add, sample(round), round), { clipped: true });
    layer("cursor", [z, stable], (add) => {
      add("path", { class: "cursor", d: `M${map.across(z)} ${top}V${height - bottom}` });
      add("circle", { class: "point", cx: map.across(z), cy: map.down(Math.log10(stable)), r: 6 });
    });
    const text = `${choice.value}, z = ${book.short(z)}: the loss is ${words(stable)} from the logit, ${words(printed)} by the textbook formula.`;
    svg.setAttribute("aria-label", `Loss for the answer no against the logit, as a power of ten. ${text}`);
    say(text, { z, stable, textbook: printed });
  };

  const follow = (event) => {
    cursor.value = map.at(svg, event)[0];
    draw();
  };
  svg.addEventListener("pointerdown", (event) => { svg.setPointerCapture(event.pointerId); follow(event); });
  svg.addEventListener("pointermove", (event) => { if (event.buttons) follow(event); });
  figure.addEventListener("input", draw);
  draw();
});
