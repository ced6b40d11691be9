// Softmax at a temperature, as bars; of two classes also the sigmoid of the logits' difference.
book.start("temperature", (figure, facts) => {
  "use strict";
  const { softmax, sigmoid } = window.explorables[figure.id];
  const svg = figure.querySelector("svg");
  const choice = figure.querySelector("select");
  const layer = book.layers(svg.querySelector("[data-plot]"));
  const say = book.speaker(figure);
  const [width, height, left, right, top, bottom] = facts.size;
  const floor = height - bottom;

  const drawBars = (probabilities) => {
    const room = (width - left - right) / probabilities.length;
    const middle = (index) => left + (index + 0.5) * room;
    layer("axes", [probabilities.length], (add) => {
      for (const tick of facts.ticks) {
        const y = floor - tick * (floor - top);
        add("path", { class: "grid", d: `M${left} ${y}H${width - right}` });
        add("text", { x: left - 8, y, dy: 4, "text-anchor": "end" }, book.short(tick));
      }
      probabilities.forEach((_, index) => add("text", { x: middle(index), y: height - 12, "text-anchor": "middle" }, `class ${index + 1}`));
    });
    layer("bars", probabilities, (add) => probabilities.forEach((probability, index) => {
      const size = { width: facts.bar * room, height: probability * (floor - top) };
      const above = Math.max(floor - size.height - 6, top + 14);
      add("rect", { class: "bar", x: middle(index) - size.width / 2, y: floor - size.height, ...size });
      add("text", { class: "on-bar", x: middle(index), y: above, "text-anchor": "middle" }, probability.toFixed(3));
    }));
  };

  const draw = () => {
    const { temperature, ...all } = book.sliders(figure);
    const count = Number(choice.value);
    figure.querySelectorAll("input[data-slider^=z]").forEach((input, index) => {
      for (const node of [input.previousElementSibling, input, input.nextElementSibling]) node.hidden = index >= count;
    });
    const logits = Object.values(all).slice(0, count);
    const probabilities = softmax.value(logits.map((logit) => logit / temperature));
    drawBars(probabilities);
    const facts = { first: probabilities[0], second: probabilities[1], sum: probabilities.reduce((a, b) => a + b) };
    let words = `T = ${book.short(temperature)}: probabilities ${probabilities.map((p) => p.toFixed(3)).join(", ")}.`;
    if (count === 2) {
      const difference = (logits[0] - logits[1]) / temperature;
      facts.sigmoid = sigmoid.value(difference);
      words += ` The sigmoid of (z₁ − z₂)/T = ${book.short(difference)} is ${facts.sigmoid.toFixed(3)}, too.`;
    }
    svg.setAttribute("aria-label", `Bars for the probabilities of ${count} classes. ${words}`);
    say(words, facts);
  };

  figure.addEventListener("input", draw);
  draw();
});
