// Counts as people who write Chinese count: one per Chinese character or sign, one per other word.
// The same as portal/counting.py, which decides.
(() => {
  "use strict";
  const EAST = "\\u1100-\\u11ff\\u2e80-\\u2fdf\\u3001-\\u303f\\u3040-\\u30ff\\u3100-\\u33ff\\u3400-\\u4dbf\\u4e00-\\u9fff"
    + "\\ua960-\\ua97f\\uac00-\\ud7ff\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff00-\\uffef\\u{20000}-\\u{3ffff}"
    + "\\u2018\\u2019\\u201c\\u201d\\u2014\\u2026\\u00b7";
  const UNIT = new RegExp(`[${EAST}]|[^\\s${EAST}]+`, "gu");
  const count = (text) => (text.match(UNIT) || []).length;

  function show(place) {
    const control = document.getElementById(place.dataset.countFor);
    if (!control) return;
    const limit = Number(place.dataset.limit);
    const used = count(control.value);
    place.textContent = `${used} / ${limit}`;
    place.classList.toggle("over", used > limit);
  }

  const places = document.querySelectorAll("[data-count-for]");
  places.forEach((place) => {
    const control = document.getElementById(place.dataset.countFor);
    if (control) control.addEventListener("input", () => show(place));
    show(place);
  });
})();
