// Typeset a page's formulas a few at a time, those in view first, so that the page answers its reader all the while.
// MathJax alone would typeset them all in one go, which takes a slow computer a second or more.
(() => {
  "use strict";
  const MOST = 16; // formulas in a slice, however fast the last ones were

  // What may hold formulas: `.math` on the page, and what cells put out.
  const holders = () => [...document.querySelectorAll(".math, .output_area")].filter((node) => !node.parentElement.closest(".math, .output_area"));

  // Holders in view come first.  The boxes asked are those of whole paragraphs, which the browser has laid out anyway.
  const inOrder = (nodes) => {
    const seen = (node) => {
      const { top, bottom } = (node.closest("section > *") ?? node).getBoundingClientRect();
      return bottom > 0 && top < window.innerHeight;
    };
    const first = new Set(nodes.filter(seen));
    return [...first, ...nodes.filter((node) => !first.has(node))];
  };

  const typesetAll = async () => {
    const waiting = inOrder(holders());
    // Paper does not wait.
    window.addEventListener("beforeprint", () => { if (waiting.length) MathJax.typeset(waiting.splice(0)); });
    let count = 1;
    while (waiting.length) {
      await book.pause();
      const slice = waiting.splice(0, count);
      const begin = performance.now();
      await MathJax.typesetPromise(slice);
      const each = (performance.now() - begin) / slice.length;
      count = Math.max(1, Math.min(MOST, 2 * count, Math.floor(book.SLICE / each)));
    }
  };

  window.MathJax = { ...window.MathJax, startup: { typeset: false, pageReady: typesetAll } };
})();
