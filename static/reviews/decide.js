// Live totals on the deciding table; the server counts again whatever this shows.
(() => {
  "use strict";
  const form = document.querySelector("form.deciding");
  const totals = document.querySelector("[data-totals]");
  if (!form || !totals) return;

  const number = (text) => {
    const value = Number.parseFloat(String(text).replace(/[,，\s]/g, ""));
    return Number.isFinite(value) ? value : 0;
  };
  // As the server writes yuan: thousands separated, two decimals.
  const yuan = (amount) =>
    amount.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

  function read(row) {
    const fixed = row.querySelector("[data-fixed]");
    if (fixed) return { outcome: fixed.dataset.fixed, amount: number(fixed.dataset.amount) };
    const chosen = row.querySelector("input[type=radio]:checked");
    const money = row.querySelector("input.money");
    return { outcome: chosen ? chosen.value : "", amount: money ? number(money.value) : 0 };
  }

  function write(root, selector, text) {
    const place = root.querySelector(selector);
    if (place) place.textContent = text;
  }

  function count() {
    const all = { selected: 0, undecided: 0, money: 0 };
    form.querySelectorAll("[data-group]").forEach((group) => {
      let selected = 0;
      let money = 0;
      group.querySelectorAll("[data-row]").forEach((row) => {
        const { outcome, amount } = read(row);
        if (outcome === "selected") {
          selected += 1;
          money += amount;
        }
        if (!outcome) all.undecided += 1;
      });
      all.selected += selected;
      all.money += money;
      write(group, "[data-group-selected]", String(selected));
      write(group, "[data-group-money]", yuan(money));
      const over = group.querySelector("[data-group-over]");
      if (over) over.hidden = !(group.dataset.slots && selected > Number(group.dataset.slots));
    });
    write(totals, "[data-total=selected]", String(all.selected));
    write(totals, "[data-total=undecided]", String(all.undecided));
    write(totals, "[data-total=money]", yuan(all.money));
  }

  form.addEventListener("input", count);
  form.addEventListener("change", count);
  // The browser may have put back what was chosen before the page was left.
  count();

  // Leaving with unkept choices is asked about, by the browser's own words.
  let touched = false;
  form.addEventListener("input", () => { touched = true; });
  form.addEventListener("submit", () => { touched = false; });
  window.addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
})();
