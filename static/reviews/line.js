// The line on the summary moves while one types; the rule is that of reviews/ranking.py, which
// counts again for everything that is written.
(() => {
  "use strict";
  const form = document.getElementById("lines");
  const words = document.getElementById("sides");
  const groups = Array.from(document.querySelectorAll("[data-line]"));
  if (!form || !words || !groups.length) return;

  // Amounts are counted in fen, whole numbers, so that sums are exact.
  const fen = (text) => Math.round(Number(text || 0) * 100);
  const wan = (amount) => String(Number((amount / 1000000).toFixed(6)));
  const whole = (field) => (field && /^\d+$/.test(field.value.trim()) ? Number(field.value) : null);
  const tones = { above: "yes", on_line: "warn", failed: "no" };

  function write(root, selector, text) {
    const place = root.querySelector(selector);
    if (place) place.textContent = text;
  }

  // Rows of one place are equal: they fall on one side together, or people decide.
  function ranked(rows) {
    const sets = [];
    rows.filter((row) => row.dataset.place && row.dataset.side !== "failed").forEach((row) => {
      const last = sets[sets.length - 1];
      if (last && last[0].dataset.place === row.dataset.place) last.push(row);
      else sets.push([row]);
    });
    return sets;
  }

  function fitting(rows, places, money, taken, spent) {
    let number = 0;
    for (const row of rows) {
      spent += fen(row.dataset.amount);
      if (places !== null && taken + number + 1 > places) break;
      if (money !== null && spent > money) break;
      number += 1;
    }
    return number;
  }

  function put(row, side) {
    row.dataset.side = side;
    row.className = `side-${side}`;
    const badge = row.querySelector("[data-side-badge]");
    badge.className = `badge ${tones[side] || "idle"}`;
    badge.textContent = words.dataset[side];
  }

  function cut(group) {
    const places = whole(group.querySelector("[data-places]"));
    const money = group.dataset.money === "" ? null : fen(group.dataset.money);
    let reserve = whole(group.querySelector("[data-reserve]")) ?? 0;
    let taken = 0;
    let spent = 0;
    let closed = false;
    ranked(Array.from(group.querySelectorAll("tr[data-side]"))).forEach((rows) => {
      const fits = closed ? 0 : fitting(rows, places, money, taken, spent);
      let side = "above";
      if (fits < rows.length) {
        closed = true;
        side = fits ? "on_line" : reserve > 0 ? "reserve" : "below";
        if (!fits) reserve -= rows.length;
      } else {
        taken += rows.length;
        spent = rows.reduce((sum, row) => sum + fen(row.dataset.amount), spent);
      }
      rows.forEach((row) => put(row, side));
    });
    write(group, "[data-above]", String(taken));
    write(group, "[data-spent]", wan(spent));
    return { places, taken, spent };
  }

  function move() {
    const found = groups.map(cut);
    const sum = (name) => found.reduce((total, one) => total + (one[name] ?? 0), 0);
    write(words, "[data-total-above]", String(sum("taken")));
    write(words, "[data-total-spent]", wan(sum("spent")));
    const limited = found.every((one) => one.places !== null);
    write(words, "[data-total-places]", limited ? String(sum("places")) : "");
    words.querySelector("[data-total-of]").hidden = !limited;
    // What is taken over next, and what a reload shows, is the line as it lies now.
    const query = new URLSearchParams(new FormData(form)).toString();
    const link = document.querySelector("[data-take-over]");
    if (link) link.search = query;
    history.replaceState(null, "", `?${query}`);
  }

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-places], [data-reserve]")) move();
  });
})();
