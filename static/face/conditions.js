// Shows a field only when another answer asks for it: data-condition on the field's box.
// {"field": name, "equals": value} or "in": [values] or "at_least": number; {"all": […]}, {"any": […]}.
// The server judges again; without scripts every field is shown.
(() => {
  "use strict";

  function answers(form, name) {
    return Array.from(form.elements)
      .filter((control) => control.name === name || control.name.endsWith(`.${name}`))
      .filter((control) => !["checkbox", "radio"].includes(control.type) || control.checked)
      .map((control) => (control.type === "checkbox" && control.value === "on" ? "true" : control.value));
  }

  function holds(condition, form) {
    if (condition.all) return condition.all.every((part) => holds(part, form));
    if (condition.any) return condition.any.some((part) => holds(part, form));
    const given = answers(form, condition.field);
    if ("equals" in condition) return given.includes(String(condition.equals)) || (condition.equals === false && !given.length);
    if (condition.in) return given.some((answer) => condition.in.map(String).includes(answer));
    if ("at_least" in condition) return given.some((answer) => answer !== "" && Number(answer) >= Number(condition.at_least));
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
