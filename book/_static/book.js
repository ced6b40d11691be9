// Explorables: draw a curve, its derivative and a cursor from the functions that the page's own SymPy printed.
(() => {
  "use strict";
  const SAMPLES = 481;
  const NAMESPACE = "http://www.w3.org/2000/svg";
  const minus = (text) => text.replace(/-/g, "−");
  const short = (number) => minus(String(Number(number.toPrecision(6))));

  const niceTicks = (low, high) => {
    const rough = (high - low) / 6;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough);
    const ticks = [];
    for (let index = Math.ceil(low / step); index <= Math.floor(high / step); index += 1) ticks.push(index * step);
    return ticks;
  };

  const start = (figure) => {
    const facts = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    const functions = window.explorables[figure.id];
    const [width, height, left, right, top, bottom] = facts.size;
    const [xLow, xHigh] = facts.window;
    const svg = figure.querySelector("svg");
    const plot = svg.querySelector("[data-plot]");
    const cursor = figure.querySelector('[data-slider="x"]');
    const choice = figure.querySelector("select");
    const readout = figure.querySelector(".readout");
    const spoken = figure.querySelector("[aria-live]");
    const parameterBox = figure.querySelector(".parameters");
    let curve = facts.curves[0];
    let speech = 0;

    const across = (x) => left + ((x - xLow) / (xHigh - xLow)) * (width - left - right);
    const down = (y) => top + ((curve.values[1] - y) / (curve.values[1] - curve.values[0])) * (height - top - bottom);
    const add = (name, attributes, text) => {
      const node = document.createElementNS(NAMESPACE, name);
      for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
      if (text !== undefined) node.textContent = text;
      plot.append(node);
    };
    const parameters = () => {
      const values = {};
      parameterBox.querySelectorAll("input").forEach((input) => { values[input.dataset.slider] = input.valueAsNumber; });
      return values;
    };

    const drawAxes = () => {
      for (const tick of niceTicks(xLow, xHigh)) {
        add("path", { class: "grid", d: `M${across(tick)} ${top}V${height - bottom}` });
        add("text", { x: across(tick), y: height - 12, "text-anchor": "middle" }, short(tick));
      }
      for (const tick of niceTicks(...curve.values)) {
        add("path", { class: "grid", d: `M${left} ${down(tick)}H${width - right}` });
        add("text", { x: left - 8, y: down(tick), dy: 4, "text-anchor": "end" }, short(tick));
      }
    };
    const drawZones = (xs, slopes) => {
      const limit = facts.flat * Math.max(...slopes.map(Math.abs));
      let from = null;
      xs.forEach((x, index) => {
        const flat = Math.abs(slopes[index]) < limit;
        if (flat && from === null) from = x;
        const ends = from !== null && (!flat || index === xs.length - 1);
        if (!ends) return;
        const to = flat ? x : xs[index - 1];
        add("rect", { class: "zone", x: across(from), width: across(to) - across(from), y: top, height: height - top - bottom });
        from = null;
      });
    };
    const drawCurve = (kind, xs, ys) => {
      const points = xs.map((x, index) => `${across(x).toFixed(1)} ${down(ys[index]).toFixed(1)}`).join("L");
      add("path", { class: `curve ${kind}`, d: `M${points}`, "clip-path": `url(#${plot.dataset.clip})` });
    };
    const drawCursor = (x, y, slope) => {
      const reach = (xHigh - xLow) / 12;
      const tangent = `M${across(x - reach)} ${down(y - slope * reach)}L${across(x + reach)} ${down(y + slope * reach)}`;
      add("path", { class: "cursor", d: `M${across(x)} ${top}V${height - bottom}` });
      add("path", { class: "tangent", d: tangent, "clip-path": `url(#${plot.dataset.clip})` });
      add("circle", { class: "point", cx: across(x), cy: down(y), r: 6 });
    };

    const draw = () => {
      const { value, derivative } = functions[curve.name];
      const given = parameters();
      const xs = Array.from({ length: SAMPLES }, (_, index) => xLow + ((xHigh - xLow) * index) / (SAMPLES - 1));
      const slopes = xs.map((x) => derivative(x, given));
      const x = cursor.valueAsNumber;
      const [y, dy] = [value(x, given), derivative(x, given)];
      plot.replaceChildren();
      drawZones(xs, slopes);
      drawAxes();
      drawCurve("slope", xs, slopes);
      drawCurve("value", xs, xs.map((at) => value(at, given)));
      drawCursor(x, y, dy);
      figure.querySelectorAll("input").forEach((input) => { input.nextElementSibling.value = short(input.valueAsNumber); });
      const text = `f(${short(x)}) = ${short(y)}, slope f′(${short(x)}) = ${short(dy)}`;
      readout.textContent = text;
      Object.assign(readout.dataset, { x, value: y, slope: dy });
      clearTimeout(speech); // a screen reader hears where the cursor rests, not every step on the way
      speech = setTimeout(() => { spoken.textContent = text; }, 400);
    };

    const choose = () => {
      curve = facts.curves.find((candidate) => candidate.name === choice?.value) ?? facts.curves[0];
      parameterBox.replaceChildren(...curve.sliders.flatMap((slider) => {
        const label = Object.assign(document.createElement("label"), { textContent: slider.label });
        const input = Object.assign(document.createElement("input"), { type: "range", id: `${figure.id}-${slider.name}` });
        Object.assign(input, { min: slider.low, max: slider.high, step: slider.step, value: slider.start });
        input.dataset.slider = slider.name;
        label.htmlFor = input.id;
        return [label, input, document.createElement("output")];
      }));
      svg.setAttribute("aria-label", `${curve.title} (solid) and its derivative (dashed) for x from ${short(xLow)} to ${short(xHigh)}`);
      draw();
    };

    const follow = (event) => {
      const box = svg.getBoundingClientRect();
      const x = xLow + (((event.clientX - box.left) / box.width) * width - left) / (width - left - right) * (xHigh - xLow);
      cursor.value = Math.min(xHigh, Math.max(xLow, x));
      draw();
    };
    svg.addEventListener("pointerdown", (event) => { svg.setPointerCapture(event.pointerId); follow(event); });
    svg.addEventListener("pointermove", (event) => { if (event.buttons) follow(event); });
    figure.addEventListener("input", (event) => { if (event.target !== choice) draw(); });
    choice?.addEventListener("change", choose);
    figure.querySelectorAll("[hidden]").forEach((node) => { node.hidden = false; });
    figure.querySelector(".without-script").remove();
    choose();
  };

  document.querySelectorAll("[data-explorable]").forEach(start);
})();
