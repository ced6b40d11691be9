// Tools that all explorables share, and the one of a curve with its derivative, from functions that SymPy printed.
(() => {
  "use strict";
  const NAMESPACE = "http://www.w3.org/2000/svg";
  // A number as people write it: 5.96e-8 becomes 5.96·10⁻⁸, and a minus sign is no hyphen.
  const raised = (digits) => [...digits].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("");
  const minus = (text) =>
    text.replace(/(\d)e([+-]?)(\d+)/g, (_, last, sign, digits) => `${last}·10${sign === "-" ? "⁻" : ""}${raised(digits)}`).replace(/-/g, "−");
  const short = (number) => minus(String(Number(number.toPrecision(6))));

  const UNSEEN = 0.05; // SVG units: half of what a coordinate is rounded to
  const niceTicks = (low, high) => {
    const rough = (high - low) / 6;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough);
    const ticks = [];
    for (let index = Math.ceil(low / step); index <= Math.floor(high / step); index += 1) ticks.push(index * step);
    return ticks;
  };

  // Change text only where it differs, and then without a new node: a new one costs style and layout.
  const write = (node, text) => {
    if (node.firstChild === null) node.textContent = text;
    else if (node.firstChild.data !== text) node.firstChild.data = text;
  };

  // Give an element of the last drawing its new attributes and text; what stays is not touched.
  const change = (made, attributes, text) => {
    for (const [key, value] of Object.entries(attributes)) if (made.attributes[key] !== value) made.node.setAttribute(key, value);
    for (const key of Object.keys(made.attributes)) if (!(key in attributes)) made.node.removeAttribute(key);
    if (text !== undefined) write(made.node, text);
    made.attributes = attributes;
  };

  // A picture in layers, from back to front as they are first drawn.  `layer(name, depends, draw)` draws one again when a
  // value that it depends on has changed: `draw` gets `add(element, attributes, text)`, and each call reuses the element
  // that stood in its place.  With `clipped`, what lies outside the axes is cut off.  Painting costs a slow computer more
  // than all arithmetic here, so it is asked for little: a ground that nobody sees keeps the size of what a layer paints,
  // as the browser looks through the whole page for what overlaps when that changes.
  const ground = (plot, clipped) => {
    const node = document.createElementNS(NAMESPACE, "rect");
    const { width, height } = plot.ownerSVGElement.viewBox.baseVal;
    const beyond = clipped ? 10 * height : 50;
    const box = { class: "ground", x: -beyond, y: -beyond, width: width + 2 * beyond, height: height + 2 * beyond };
    for (const [key, value] of Object.entries(box)) node.setAttribute(key, value);
    return node;
  };
  const layers = (plot) => {
    const known = new Map();
    plot.replaceChildren();
    return (name, depends, draw, { clipped = false } = {}) => {
      const key = String(depends);
      if (!known.has(name)) {
        const group = plot.appendChild(document.createElementNS(NAMESPACE, "g"));
        if (clipped) group.setAttribute("clip-path", `url(#${plot.dataset.clip})`);
        group.append(ground(plot, clipped));
        known.set(name, { key: null, made: [], group });
      }
      const layer = known.get(name);
      if (layer.key === key) return;
      layer.key = key;
      let count = 0;
      draw((element, attributes, text) => {
        let made = layer.made[count];
        if (made?.element !== element) {
          const node = document.createElementNS(NAMESPACE, element);
          if (made) made.node.replaceWith(node);
          else layer.group.append(node);
          made = layer.made[count] = { element, node, attributes: {} };
        }
        change(made, attributes, text);
        count += 1;
      });
      for (const { node } of layer.made.splice(count)) node.remove();
    };
  };

  // The map from numbers to a picture of size [width, height, left, right, top, bottom], and its axes.
  const plane = ([width, height, left, right, top, bottom], [xLow, xHigh], [yLow, yHigh]) => {
    const across = (x) => left + ((x - xLow) / (xHigh - xLow)) * (width - left - right);
    const down = (y) => top + ((yHigh - y) / (yHigh - yLow)) * (height - top - bottom);
    const path = (xs, ys) => `M${xs.map((x, index) => `${across(x).toFixed(1)} ${down(ys[index]).toFixed(1)}`).join("L")}`;
    // The same for a sampled curve from left to right, without the points that lie on the way between others anyway.
    const line = (xs, ys) => {
      if (!xs.length) return "";
      const at = (index) => [across(xs[index]), Math.min(2 * height, Math.max(-height, down(ys[index])))];
      const written = ([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`;
      let [from, before, lowest, highest] = [at(0), at(0), -Infinity, Infinity];
      const points = [written(from)];
      for (let index = 1; index < xs.length; index += 1) {
        const point = at(index);
        const slope = (offset) => (point[1] + offset - from[1]) / (point[0] - from[0]);
        if (!(slope(0) >= lowest && slope(0) <= highest)) {
          points.push(written(before));
          [from, lowest, highest] = [before, -Infinity, Infinity];
        }
        lowest = Math.max(lowest, slope(-UNSEEN));
        highest = Math.min(highest, slope(UNSEEN));
        before = point;
      }
      return `M${[...points, written(before)].join("L")}`;
    };
    const axes = (add) => {
      const [upright, level] = [niceTicks(xLow, xHigh), niceTicks(yLow, yHigh)];
      const lines = [...upright.map((tick) => `M${across(tick)} ${top}V${height - bottom}`), ...level.map((tick) => `M${left} ${down(tick)}H${width - right}`)];
      add("path", { class: "grid", d: lines.join("") });
      for (const tick of level) add("text", { x: left - 8, y: down(tick), dy: 4, "text-anchor": "end" }, short(tick));
      for (const tick of upright) add("text", { x: across(tick), y: height - 12, "text-anchor": "middle" }, short(tick));
    };
    // Where an event of a pointer lies, in numbers of the plane.
    const at = (svg, event) => {
      const box = svg.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * width;
      const y = ((event.clientY - box.top) / box.height) * height;
      return [
        xLow + ((x - left) / (width - left - right)) * (xHigh - xLow),
        yHigh - ((y - top) / (height - top - bottom)) * (yHigh - yLow),
      ];
    };
    return { across, down, path, line, axes, at };
  };

  // Write a figure's readout; a screen reader hears where the reader rests, not every step on the way.
  const speaker = (figure) => {
    const readout = figure.querySelector(".readout");
    const spoken = figure.querySelector("[aria-live]");
    let speech = 0;
    return (text, facts = {}) => {
      write(readout, text);
      Object.assign(readout.dataset, facts);
      clearTimeout(speech);
      speech = setTimeout(() => { spoken.textContent = text; }, 400);
    };
  };

  // The sliders of a figure by name, after their outputs were written.
  const sliders = (figure) => {
    const values = {};
    figure.querySelectorAll("input[data-slider]").forEach((input) => {
      values[input.dataset.slider] = input.valueAsNumber;
      write(input.nextElementSibling, short(input.valueAsNumber));
    });
    return values;
  };

  // Start every figure of a kind: its controls appear, and `begin(figure, facts)` draws.  Two figures of a kind load its
  // script twice; each is started once.
  const start = (kind, begin) => document.querySelectorAll(`[data-explorable="${kind}"]:not([data-started])`).forEach((figure) => {
    figure.dataset.started = "";
    const facts = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    figure.querySelectorAll("[hidden]").forEach((node) => { node.hidden = false; });
    figure.querySelector(".without-script").remove();
    begin(figure, facts);
  });

  const SLICE = 8; // milliseconds: a computer five times slower than a good one still answers within 50
  const pause = (milliseconds = 0) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
  // Do something with each of many elements, and let the page answer its reader in between.
  const unhurried = async (items, work) => {
    let begin = performance.now();
    for (const item of items) {
      if (performance.now() - begin > SLICE) {
        await pause();
        begin = performance.now();
      }
      work(item);
    }
  };

  // What lies far from the window is not laid out (book.css), so nobody knows how tall it is, or whether it scrolls sideways
  // and must be reached by the keyboard, as code and long formulas do.  Find out piece by piece, while the reader reads.
  const SCROLLING = "pre, mjx-container[display], .cell_output > .output, .pst-scrollable-table-container";
  const EDGES = ["paddingTop", "paddingBottom", "borderTopWidth", "borderBottomWidth"];
  const measure = (block) => {
    block.style.contentVisibility = "visible";
    for (const node of [block, ...block.querySelectorAll(SCROLLING)].filter((each) => each.matches(SCROLLING))) {
      // What sticks out of a formula below is hidden, and for screen readers.
      const tall = node.scrollHeight > node.clientHeight && !node.matches("mjx-container");
      const tabIndex = tall || node.scrollWidth > node.clientWidth ? 0 : -1;
      if (node.tabIndex !== tabIndex) node.tabIndex = tabIndex;
    }
    const style = getComputedStyle(block);
    const height = block.getBoundingClientRect().height - EDGES.reduce((sum, edge) => sum + parseFloat(style[edge]), 0);
    block.style.containIntrinsicBlockSize = `auto ${height}px`;
    block.style.contentVisibility = "";
  };
  const settle = async () => {
    await window.MathJax?.startup?.promise;
    await unhurried(document.querySelectorAll(".bd-article section > :not(section)"), measure);
  };
  let changes = 0;
  const settleAgain = () => {
    changes += 1;
    const change = changes;
    window.book.settled = pause(200).then(() => (change === changes ? settle() : window.book.settled));
  };

  window.book = { layers, minus, niceTicks, plane, short, sliders, speaker, start, write, pause, unhurried };
  window.book.settled = new Promise((resolve) => { window.addEventListener("load", () => resolve(settle())); });
  window.addEventListener("resize", settleAgain);
  document.addEventListener("toggle", settleAgain, true); // an answer that is opened may hold code

  const SAMPLES = 481;
  start("curve", (figure, facts) => {
    const functions = window.explorables[figure.id];
    const [xLow, xHigh] = facts.window;
    const [, height, , , top, bottom] = facts.size;
    const svg = figure.querySelector("svg");
    const plot = svg.querySelector("[data-plot]");
    const layer = layers(plot);
    const cursor = figure.querySelector('[data-slider="x"]');
    const choice = figure.querySelector("select");
    const against = figure.querySelector("select[data-against]");
    const parameterBox = figure.querySelector(".parameters");
    const say = speaker(figure);
    let curve = facts.curves[0];
    let map = plane(facts.size, facts.window, curve.values);
    const legend = figure.querySelector(".legend").appendChild(Object.assign(document.createElement("span"), { className: "item" }));
    legend.append(Object.assign(document.createElement("span"), { className: "key rival" }), " ");

    // The function beside the chosen one: its title, value and slope with its parameters where their sliders start.
    const rival = () => {
      const found = facts.curves.find((candidate) => candidate.name === against?.value && candidate !== curve);
      if (found === undefined) return null;
      const given = Object.fromEntries(found.sliders.map(({ name, start: from }) => [name, from]));
      const { value, derivative } = functions[found.name];
      return { title: found.title, value: (at) => value(at, given), derivative: (at) => derivative(at, given) };
    };
    // What the picture shows, for somebody who does not see it.
    const describe = (value, given, other) => {
      const places = [xLow, (xLow + xHigh) / 2, xHigh];
      const passes = (f) => places.map((at) => `${minus(String(Number(f(at).toPrecision(2))))} at ${short(at)}`).join(", ");
      const beside = other ? `; beside it ${other.title} (dashes and dots) and its derivative (dots), with values of about ${passes(other.value)}` : "";
      svg.setAttribute("aria-label", `${curve.title} (solid) and its derivative (dashed) for x from ${short(xLow)} to ${short(xHigh)}, ` +
        `with values of about ${passes((at) => value(at, given))}${beside}`);
    };

    const xs = Array.from({ length: SAMPLES }, (_, index) => xLow + ((xHigh - xLow) * index) / (SAMPLES - 1));

    const drawZones = (add, slopes) => {
      const limit = facts.flat * Math.max(...slopes.map(Math.abs));
      let from = null;
      xs.forEach((x, index) => {
        const flat = Math.abs(slopes[index]) < limit;
        if (flat && from === null) from = x;
        const ends = from !== null && (!flat || index === xs.length - 1);
        if (!ends) return;
        const to = flat ? x : xs[index - 1];
        const width = map.across(to) - map.across(from);
        add("rect", { class: "zone", x: map.across(from), width, y: top, height: height - top - bottom });
        from = null;
      });
    };
    const drawTangent = (add, x, y, slope) => {
      const reach = (xHigh - xLow) / 12;
      add("path", { class: "tangent", d: map.path([x - reach, x + reach], [y - slope * reach, y + slope * reach]) });
    };

    const draw = () => {
      const { value, derivative } = functions[curve.name];
      const { x, ...given } = sliders(figure);
      const other = rival();
      const shown = [curve.name, ...Object.values(given)];
      const [y, dy] = [value(x, given), derivative(x, given)];
      let slopes = null;
      layer("zones", shown, (add) => {
        slopes = xs.map((at) => derivative(at, given));
        drawZones(add, slopes);
      });
      layer("axes", [curve.name], map.axes);
      layer("curves", shown, (add) => {
        add("path", { class: "curve slope", d: map.line(xs, slopes) });
        add("path", { class: "curve value", d: map.line(xs, xs.map((at) => value(at, given))) });
      }, { clipped: true });
      layer("rival", [curve.name, other?.title], (add) => {
        legend.hidden = other === null;
        if (other === null) return;
        write(legend.lastChild, ` ${other.title}`);
        add("path", { class: "curve rival-slope", d: map.line(xs, xs.map(other.derivative)) });
        add("path", { class: "curve rival", d: map.line(xs, xs.map(other.value)) });
      }, { clipped: true });
      layer("tangent", [x, ...shown], (add) => drawTangent(add, x, y, dy), { clipped: true });
      layer("cursor", [curve.name, x, y], (add) => {
        add("path", { class: "cursor", d: `M${map.across(x)} ${top}V${height - bottom}` });
        // Outside the axes the point would lie on the words below the picture.
        if (y >= curve.values[0] && y <= curve.values[1]) add("circle", { class: "point", cx: map.across(x), cy: map.down(y), r: 6 });
      });
      layer("words", [other?.title, ...shown], () => describe(value, given, other));
      const words = facts.unit
        ? `x = ${short(x)}: f(wx + b) = ${short(y)}, slope ${short(dy)}`
        : `f(${short(x)}) = ${short(y)}, slope f′(${short(x)}) = ${short(dy)}`;
      const facing = other === null ? {} : { other: other.value(x), otherSlope: other.derivative(x) };
      const beside = other === null ? "" : `; ${other.title}: ${short(facing.other)}, slope ${short(facing.otherSlope)}`;
      say(words + beside, { x, value: y, slope: dy, ...facing });
    };

    const choose = () => {
      curve = facts.curves.find((candidate) => candidate.name === choice?.value) ?? facts.curves[0];
      map = plane(facts.size, facts.window, curve.values);
      parameterBox.replaceChildren(...curve.sliders.flatMap((slider) => {
        const label = Object.assign(document.createElement("label"), { textContent: slider.label });
        const input = Object.assign(document.createElement("input"), { type: "range", id: `${figure.id}-${slider.name}` });
        Object.assign(input, { min: slider.low, max: slider.high, step: slider.step, value: slider.start });
        input.dataset.slider = slider.name;
        label.htmlFor = input.id;
        return [label, input, document.createElement("output")];
      }));
      draw();
    };

    const follow = (event) => {
      cursor.value = Math.min(xHigh, Math.max(xLow, map.at(svg, event)[0]));
      draw();
    };
    svg.addEventListener("pointerdown", (event) => { svg.setPointerCapture(event.pointerId); follow(event); });
    svg.addEventListener("pointermove", (event) => { if (event.buttons) follow(event); });
    figure.addEventListener("input", (event) => { if (event.target !== choice) draw(); });
    choice?.addEventListener("change", choose);
    choose();
  });
})();
