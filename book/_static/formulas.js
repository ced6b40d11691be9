// Typeset a page's formulas one by one, those in view first, and let the page answer its reader in between.  MathJax
// alone would typeset them all in one go, which takes a slow computer a second or more.
(() => {
  "use strict";
  const HOLDERS = ".math, .output_area"; // formulas of the page, and those that cells put out

  // MathJax measures the font around each formula, which lays out the page each time; a font is measured once here.
  // What depends on the width of the place, too, is displayed, and measured where it is.
  const measured = new Map();
  const metricsOf = (item) => {
    const place = item.start.node.parentNode;
    if (item.display) return MathJax.getMetricsFor(place, true);
    const { fontFamily, fontSize, fontStyle, fontWeight } = getComputedStyle(place);
    const font = [fontFamily, fontSize, fontStyle, fontWeight].join();
    if (!measured.has(font)) measured.set(font, MathJax.getMetricsFor(place, false));
    return measured.get(font);
  };

  const prepare = (item) => {
    const page = MathJax.startup.document;
    item.compile(page);
    const { em, ex, containerWidth, lineWidth, scale } = metricsOf(item);
    item.setMetrics(em, ex, containerWidth, lineWidth, scale);
    item.typeset(page);
    item.assistiveMml(page);
  };
  const insert = (item) => item.render(MathJax.startup.document); // does what `prepare` has not done yet

  const find = (holders) => {
    const page = MathJax.startup.document;
    page.options.elements = holders;
    page.findMath();
    return [...page.math];
  };

  // The boxes asked are those of whole paragraphs, which the browser has laid out anyway.
  const inView = (item) => {
    const { top, bottom } = (item.start.node.parentNode.closest("section > *") ?? document.body).getBoundingClientRect();
    return bottom > 0 && top < window.innerHeight;
  };

  const typesetAll = async () => {
    const items = find([...document.querySelectorAll(HOLDERS)].filter((node) => !node.parentElement.closest(HOLDERS)));
    const finish = (item) => {
      if (item.typesetRoot?.isConnected) return;
      prepare(item);
      insert(item);
    };
    window.addEventListener("beforeprint", () => items.forEach(finish)); // paper does not wait
    await book.pause();
    const seen = items.filter(inView);
    await book.unhurried(seen, prepare);
    await book.pause();
    seen.forEach(insert); // at once, so that what one reads moves once
    await book.unhurried(items, finish);
  };

  const ready = () => book.pause().then(MathJax.startup.defaultReady); // apart from the script that came last

  window.MathJax = { ...window.MathJax, startup: { typeset: false, ready, pageReady: typesetAll } };
})();
