// Adds and takes away rows of a table in place and keeps its total: [data-rows] around table.rows.
(() => {
  "use strict";

  // Amounts are added as whole fen, so that no binary fraction creeps in.
  function fen(text) {
    const match = /^(-?)(\d*)(?:\.(\d{0,2})\d*)?$/.exec(text.replace(/[,，\s]/g, ""));
    if (!match || !(match[2] || match[3])) return 0;
    const amount = Number(match[2] || 0) * 100 + Number((match[3] || "").padEnd(2, "0"));
    return match[1] ? -amount : amount;
  }

  const written = (amount) => (amount / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

  function total(box) {
    box.querySelectorAll("[data-total]").forEach((place) => {
      const cells = box.querySelectorAll(`tbody [data-key="${place.dataset.total}"]`);
      place.textContent = written(Array.from(cells).reduce((sum, cell) => sum + fen(cell.value), 0));
    });
  }

  function changed(box) {
    total(box);
    box.dispatchEvent(new CustomEvent("portal:rows", { bubbles: true }));
  }

  function add(box) {
    const prefix = box.dataset.rows.length + 1;
    const used = Array.from(box.querySelectorAll("tbody [data-key]"), (cell) => parseInt(cell.name.slice(prefix), 10));
    const next = Math.max(-1, ...used) + 1;
    const holder = document.createElement("template");
    holder.innerHTML = box.querySelector("template").innerHTML.replace(/__index__/g, String(next));
    const row = holder.content.querySelector("tr");
    box.querySelector("tbody").append(row);
    row.querySelector("input, select").focus();
    changed(box);
  }

  function remove(box, row) {
    const neighbour = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    changed(box);
    (neighbour?.querySelector("input, select") || box.querySelector("[name=add_row]")).focus();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const box = button?.closest("[data-rows]");
    if (!box) return;
    if (button.name === "add_row") { event.preventDefault(); add(box); }
    if (button.name === "remove_row" || button.matches("[data-remove-row]")) { event.preventDefault(); remove(box, button.closest("tr")); }
  });
  document.addEventListener("input", (event) => {
    const box = event.target.closest("[data-rows]");
    if (box) total(box);
  });
  document.querySelectorAll("[data-rows]").forEach(total);
})();
