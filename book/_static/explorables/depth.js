// A gradient on its way back through a very wide network: expectations over a normal distribution, layer by layer.
book.start("depth", (figure, facts) => {
  "use strict";
  const functions = window.explorables[figure.id];
  const svg = figure.querySelector("svg");
  const choice = figure.querySelector("select");
  const layer = book.layers(svg.querySelector("[data-plot]"));
  const say = book.speaker(figure);
  const { points, weights } = facts;
  const mean = (f, spread) => {
    let sum = 0;
    for (let index = 0; index < points.length; index += 1) sum += weights[index] * f(spread * points[index]) ** 2;
    return sum;
  };

  // What a layer multiplies the square of the gradient by, layer by layer: more layers begin as fewer do.
  let known = {};
  const factors = (name, scale, depth) => {
    if (known.name !== name || known.scale !== scale) known = { name, scale, square: scale ** 2, found: [] };
    const { value, derivative } = functions[name];
    while (known.found.length < depth - 1) {
      const spread = Math.sqrt(known.square);
      known.found.push(scale ** 2 * mean(derivative, spread));
      known.square = scale ** 2 * mean(value, spread);
    }
    return known.found.slice(0, depth - 1);
  };
  // The size of the gradient in each layer, first layer first; the last layer's counts as 1.
  const gradients = (name, scale, depth) => {
    const found = [1];
    for (const factor of factors(name, scale, depth).reverse()) found.push(found.at(-1) * factor);
    return found.reverse().map(Math.sqrt);
  };

  const draw = () => {
    const { scale, depth } = book.sliders(figure);
    const found = gradients(choice.value, scale, depth);
    const [low, high] = facts.decades;
    const map = book.plane(facts.size, [1, depth], facts.decades);
    const far = Math.log10(facts.far);
    const powers = found.map((size) => Math.min(high, Math.max(low, Math.log10(size))));
    layer("axes", [depth], (add) => {
      const [x, y] = [map.across(1), map.down(far)];
      add("rect", { class: "kept", x, y, width: map.across(depth) - x, height: map.down(-far) - y });
      map.axes(add);
    });
    layer("gradients", powers, (add) => {
      add("path", { class: "curve value", d: map.path(found.map((_, index) => index + 1), powers) });
      // All dots are one path of round strokes without length: fifty circles take longer to lay out than to compute.
      const dots = powers.map((power, index) => `M${map.across(index + 1).toFixed(1)} ${map.down(power).toFixed(1)}h0`);
      add("path", { class: "dots", d: dots.join("") });
    });
    const first = found[0];
    const verdict = first < 1 / facts.far ? "it vanishes" : first > facts.far ? "it explodes" : "it is kept";
    const size = book.minus(first.toPrecision(3));
    const words = `${facts.titles[choice.value]}, ${depth} layers, σ = ${book.short(scale)}: the first layer’s gradient is ${size} times the last one’s; ${verdict}.`;
    svg.setAttribute("aria-label", `Size of the gradient by layer, as a power of ten. ${words}`);
    say(words, { first, second: found[1], depth });
  };

  figure.addEventListener("input", draw);
  draw();
});
