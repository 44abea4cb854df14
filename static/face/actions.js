// Small helps for buttons and forms: ask before it counts, send once, print, copy, find the errors.
(() => {
  "use strict";
  const words = document.getElementById("words")?.dataset ?? {};

  function confirmed(text, label) {
    if (typeof HTMLDialogElement !== "function") return Promise.resolve(window.confirm(text));
    return new Promise((resolve) => {
      const dialog = document.createElement("dialog");
      const question = document.createElement("p");
      question.id = "dialog-question";
      question.textContent = text;
      dialog.setAttribute("aria-labelledby", question.id);
      const buttons = document.createElement("div");
      buttons.className = "actions bare";
      const choice = (value, name, kind) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = kind;
        button.textContent = name;
        button.addEventListener("click", () => dialog.close(value));
        return button;
      };
      buttons.append(choice("yes", label || words.confirm, "button"), choice("", words.cancel, "button quiet"));
      dialog.append(question, buttons);
      dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.returnValue === "yes"); });
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  // data-confirm on a button or form: the question; data-confirm-label: what the button then says.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-confirm], input[data-confirm], a[data-confirm]");
    if (!button || button.dataset.agreed) return;
    event.preventDefault();
    event.stopPropagation();
    if (!(await confirmed(button.dataset.confirm, button.dataset.confirmLabel))) return;
    button.dataset.agreed = "yes";
    button.click();
    delete button.dataset.agreed;
  }, true);

  // data-once on a form: a second press while the first is on its way does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-once")) return; // a control may be called "matches" and hide the method
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    const button = event.submitter;
    if (!button) return;
    button.setAttribute("aria-busy", "true");
    if (button.tagName === "BUTTON" && button.dataset.busy !== undefined) button.textContent = button.dataset.busy || words.busy;
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
    document.querySelectorAll("[aria-busy=true]").forEach((button) => button.removeAttribute("aria-busy"));
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
    if (event.target.closest("[data-back]")) window.history.back();
    const copy = event.target.closest("[data-copy]");
    if (copy && navigator.clipboard) navigator.clipboard.writeText(copy.dataset.copy);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });

  // Buttons that only work with scripts are hidden until scripts run.
  document.querySelectorAll("[data-needs-script]").forEach((element) => { element.hidden = false; });
  document.querySelector("[data-summary]")?.focus();
})();
