// Lets readers sort and filter the gallery's table; without this script it is a plain table.
(() => {
  "use strict";
  const box = document.getElementById("comparison");
  const body = box.querySelector("tbody");
  const rows = [...body.rows];
  const search = box.querySelector("#gallery-search");
  const filters = [...box.querySelectorAll("select[data-filter]")];
  const count = box.querySelector(".gallery-count");
  const cell = (row, name) => row.querySelector(`td[data-name="${name}"]`).textContent;

  const choose = () => {
    const wanted = search.value.trim().toLowerCase();
    for (const row of rows) {
      const named = row.dataset.title.toLowerCase().includes(wanted);
      row.hidden = !(named && filters.every((list) => !list.value || cell(row, list.dataset.filter) === list.value));
    }
    count.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} shown`;
  };

  // Numbers by size, everything else by the alphabet; equal rows keep their order.
  const key = (row, column) => row.cells[column].dataset.sort ?? row.cells[column].textContent;
  const compare = (left, right) => {
    const [a, b] = [left, right].map((text) => Number(text.replace("inf", "Infinity")));
    return Number.isNaN(a) || Number.isNaN(b) ? left.localeCompare(right) : a === b ? 0 : a - b;
  };
  const sort = (head, column) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    box.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const sorted = [...rows].sort((a, b) => (down ? -1 : 1) * compare(key(a, column), key(b, column)));
    body.append(...sorted);
  };

  [...box.querySelectorAll("thead th")].forEach((head, column) => {
    if (head.textContent === "Curve") return;
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: head.textContent });
    button.addEventListener("click", () => sort(head, column));
    head.replaceChildren(button);
  });
  box.querySelector(".gallery-controls").hidden = false;
  box.addEventListener("input", choose);
  choose();
})();
