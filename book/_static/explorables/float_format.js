// How near to its limit a function can be stored in float16, float32 or float64, and from which x on it is the limit.
(() => {
  "use strict";
  const { layers, minus, plane, short, sliders, speaker, start } = window.book;

  // Round to the nearest float16, ties to even: 11 binary digits, steps of 2⁻²⁴ below 2⁻¹⁴.
  const half = (x) => {
    if (x === 0 || !Number.isFinite(x)) return x;
    const step = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(x))), -14) - 10);
    const count = Math.abs(x) / step;
    const below = Math.floor(count);
    const up = count - below > 0.5 || (count - below === 0.5 && below % 2 === 1);
    const rounded = (below + (up ? 1 : 0)) * step;
    return Math.sign(x) * (rounded > 65504 ? Infinity : rounded);
  };
  const ROUND = { float16: half, float32: Math.fround, float64: (x) => x };

  start("float_format", (figure, facts) => {
    const functions = window.explorables[figure.id];
    const [, height, , , top, bottom] = facts.size;
    const svg = figure.querySelector("svg");
    const plot = svg.querySelector("[data-plot]");
    const layer = layers(plot);
    const slider = figure.querySelector('[data-slider="x"]');
    const [functionList, formatList] = ["function", "format"].map((part) => figure.querySelector(`#${figure.id}-${part}-choice`));
    const say = speaker(figure);
    const softplus = (x) => functions.softplus.value(x);
    // log₁₀ of the distance from the limit on the real numbers: log(1 − σ(x)) = −softplus(x), and so on.
    const gaps = {
      sigmoid: (x) => -softplus(x) / Math.LN10,
      tanh: (x) => (Math.LN2 - softplus(2 * x)) / Math.LN10,
      softplus: (x) => {
        const small = Math.exp(x);
        return (x < -12 ? x + Math.log1p(-small / 2 + small ** 2 / 3) : Math.log(softplus(x))) / Math.LN10;
      },
    };
    let [one, round, window_, edge, map] = [];

    const stored = (x) => round(functions[one.name].value(round(x)));
    // The first x of the format, from zero outwards, whose stored value is the limit: bisection until no float is left.
    const findEdge = () => {
      let [not, yes] = [0, round(800)];
      for (;;) {
        const middle = round(not + (yes - not) / 2);
        if (middle === not || middle === yes) return one.side * yes;
        if (stored(one.side * middle) === one.limit) yes = middle; else not = middle;
      }
    };

    const drawAxes = (add) => {
      const end = one.side > 0 ? window_[1] : window_[0];
      const [from, to] = [map.across(edge), map.across(end)].sort((a, b) => a - b);
      add("rect", { class: "zone", x: from, width: to - from, y: top, height: height - top - bottom });
      map.axes(add);
    };
    const drawCurves = (add) => {
      const xs = Array.from({ length: facts.points }, (_, i) => window_[0] + ((window_[1] - window_[0]) * i) / (facts.points - 1));
      const shown = xs.filter((each) => stored(each) !== one.limit);
      add("path", { class: "other", d: map.line(xs, xs.map(gaps[one.name])) });
      const logs = shown.map((each) => Math.log10(Math.abs(one.limit - stored(each))));
      add("path", { class: "curve value", d: map.line(shown, logs) });
    };

    const draw = () => {
      const { x } = sliders(figure);
      const at = round(x);
      const value = stored(at);
      const gap = Math.abs(one.limit - value);
      const exact = gaps[one.name](at);
      const chosen = [functionList.value, formatList.value];
      layer("axes", chosen, drawAxes);
      layer("curves", chosen, drawCurves, { clipped: true });
      layer("cursor", [...chosen, at], (add) => {
        add("path", { class: "cursor", d: `M${map.across(at)} ${top}V${height - bottom}` });
        if (gap > 0) add("circle", { class: "point", cx: map.across(at), cy: map.down(Math.log10(gap)), r: 6 });
      });
      const limit = String(one.limit);
      // As a power of ten: the distance itself may be too small for any float.
      const power = Math.floor(exact);
      const distance = `${(10 ** (exact - power)).toPrecision(3)}${power ? `e${power}` : ""}`;
      say(
        minus(`x = ${short(at)}: stored ${gap > 0 ? `at a distance of ${gap.toPrecision(3)} from ${limit}` : `as exactly ${limit}`}; ` +
          `on the real numbers the distance is ${distance}. Exactly ${limit} from x = ${short(edge)} on.`),
        { x: at, value, log: exact, edge },
      );
    };

    const choose = () => {
      one = facts.functions.find((candidate) => candidate.name === functionList.value);
      round = ROUND[formatList.value];
      window_ = one.windows[formatList.value];
      edge = findEdge();
      map = plane(facts.size, [window_[0], window_[1]], [window_[2], 0]);
      Object.assign(slider, { min: window_[0], max: window_[1], step: 0.01 });
      slider.value = 0.8 * (one.side > 0 ? window_[1] : window_[0]);
      svg.setAttribute("aria-label", `Distance of the ${one.words} on a logarithmic scale, on the real numbers and in ${formatList.value}, ` +
        `for x from ${short(window_[0])} to ${short(window_[1])}`);
      draw();
    };

    figure.querySelector(".jump").addEventListener("click", () => {
      slider.step = "any";
      slider.value = edge;
      draw();
    });
    slider.addEventListener("input", draw);
    for (const list of [functionList, formatList]) list.addEventListener("change", choose);
    choose();
  });
})();
