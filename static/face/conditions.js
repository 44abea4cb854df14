// Shows a field only when another answer asks for it: data-condition on the field's box.
// {"field": name, "equals"|"is_not": value} or "in": [values] or "at_least"|"at_most": number;
// {"all": […]}, {"any": […]}. What hangs on a hidden question is hidden too.
// The server judges again; without scripts every field is shown.
(() => {
  "use strict";

  function answers(form, name) {
    return Array.from(form.elements)
      .filter((control) => control.name === name || control.name.endsWith(`.${name}`))
      .filter((control) => !control.closest("[data-condition][hidden]"))
      .filter((control) => !["checkbox", "radio"].includes(control.type) || control.checked)
      .map((control) => (control.type === "checkbox" && control.value === "on" ? "true" : control.value))
      .filter((answer) => answer !== "");
  }

  // Amounts are typed with separated thousands and in 万.
  function number(text) {
    const plain = text.normalize("NFKC").replace(/[,\s¥元]/g, "");
    return plain.endsWith("万") ? Number(plain.slice(0, -1)) * 10000 : Number(plain);
  }

  function holds(condition, form) {
    if (condition.all) return condition.all.every((part) => holds(part, form));
    if (condition.any) return condition.any.some((part) => holds(part, form));
    const given = answers(form, condition.field);
    if ("equals" in condition) return given.includes(String(condition.equals)) || (condition.equals === false && !given.length);
    if ("is_not" in condition) return given.length > 0 && !given.includes(String(condition.is_not));
    if (condition.in) return given.some((answer) => condition.in.map(String).includes(answer));
    if ("at_least" in condition) return given.some((answer) => number(answer) >= Number(condition.at_least));
    if ("at_most" in condition) return given.some((answer) => number(answer) <= Number(condition.at_most));
    return true;
  }

  function apply(form) {
    form.querySelectorAll("[data-condition]").forEach((box) => {
      box.hidden = !holds(JSON.parse(box.dataset.condition), form);
    });
  }

  const forms = new Set(Array.from(document.querySelectorAll("[data-condition]"), (box) => box.closest("form")));
  forms.forEach((form) => {
    if (!form) return;
    form.addEventListener("input", () => apply(form));
    form.addEventListener("change", () => apply(form));
    apply(form);
  });
})();
