// XOR: a network with two inputs, two hidden units and one output, as a plane shaded by its output.
(() => {
  "use strict";
  const { layers, minus, plane, sliders, speaker, start } = window.book;

  start("xor", (figure, facts) => {
    const functions = window.explorables[figure.id];
    const [[xLow, xHigh], [yLow, yHigh]] = facts.window;
    const [columns, rows] = facts.cells;
    const svg = figure.querySelector("svg");
    const plot = svg.querySelector("[data-plot]");
    const layer = layers(plot);
    const choice = figure.querySelector("select");
    const say = speaker(figure);
    const map = plane(facts.size, ...facts.window);

    const network = (w) => {
      const f = functions[choice.value].value;
      return (x, y) => w.v1 * f(w.w11 * x + w.w12 * y + w.b1) + w.v2 * f(w.w21 * x + w.w22 * y + w.b2) + w.c;
    };

    const levelOf = (value) => {
      let level = 0;
      while (level < facts.levels.length && value >= facts.levels[level]) level += 1;
      return level;
    };
    const edges = (count, place) => Array.from({ length: count + 1 }, (_, index) => place(index / count).toFixed(1));
    const lefts = edges(columns, (share) => map.across(xLow + (xHigh - xLow) * share));
    const tops = edges(rows, (share) => map.down(yLow + (yHigh - yLow) * share));
    const drawShades = (add, output) => {
      const paths = facts.levels.map(() => "").concat("");
      for (let row = 0; row < rows; row += 1) {
        const y = yLow + ((yHigh - yLow) * (row + 0.5)) / rows;
        let [from, before] = [0, null];
        for (let column = 0; column <= columns; column += 1) {
          const level = column < columns ? levelOf(output(xLow + ((xHigh - xLow) * (column + 0.5)) / columns, y)) : null;
          if (before !== null && level !== before) {
            paths[before] += `M${lefts[from]} ${tops[row + 1]}H${lefts[column]}V${tops[row]}H${lefts[from]}z`;
            from = column;
          }
          before = level;
        }
      }
      paths.forEach((d, level) => add("path", { class: `shade level-${level}`, d }));
    };

    const drawCorners = (add, found) => facts.corners.forEach(([x, y, wanted], index) => {
      const [across, down] = [map.across(x), map.down(y)];
      if (wanted) add("rect", { class: "corner", x: across - 9, y: down - 9, width: 18, height: 18 });
      else add("circle", { class: "corner", cx: across, cy: down, r: 10 });
      add("text", { class: "mark", x: across + 16, y: down + 5 }, found[index].right ? "right" : "wrong");
    });

    const draw = () => {
      const weights = sliders(figure);
      const output = network(weights);
      const found = facts.corners.map(([x, y, wanted]) => {
        const value = output(x, y);
        return { x, y, value, right: (value > 0.5) === Boolean(wanted) };
      });
      const right = found.filter((corner) => corner.right).length;
      layer("shades", [choice.value, ...Object.values(weights)], (add) => drawShades(add, output));
      layer("axes", [], map.axes);
      layer("corners", found.map((corner) => corner.right), (add) => drawCorners(add, found));
      const outputs = found.map(({ x, y, value }) => `(${x}, ${y}) → ${minus(value.toFixed(2))}`).join(", ");
      const data = Object.fromEntries(found.map(({ x, y, value }) => [`at${x}${y}`, value]));
      say(`${outputs}: ${right} of 4 right`, { right, ...data });
      const name = choice.selectedOptions[0].textContent;
      svg.setAttribute("aria-label", `The plane of both inputs, shaded by the output of a network with ${name} activation; ${right} of the four corners are right`);
    };

    figure.addEventListener("input", draw);
    draw();
  });
})();
