// Orders the steps and questions of a form in place: by dragging a handle, or by the arrow buttons
// without loading the page again. The whole order is posted, one post after the other: each carries the
// stamp of the one before. Without scripts the buttons post themselves.
(() => {
  "use strict";
  const root = document.querySelector("[data-arrange]");
  if (!root) return;
  const said = document.getElementById("arranged");
  const across = root.dataset.across === "yes";
  let dragged = null;
  let before = null;
  let saving = Promise.resolve();

  const steps = () => Array.from(root.querySelectorAll("[data-step]"));
  const questions = (step) => Array.from(step.querySelectorAll("[data-question]"));
  const order = () => steps().map((step) => `${step.dataset.step}:${questions(step).map((one) => one.dataset.question).join(",")}`).join(";");
  const fill = (sentence, words) => sentence.replace(/\{(\w+)\}/g, (_all, name) => words[name]);

  let stored = order();

  // Puts everything where an order says it stands; who moves by keyboard keeps the place.
  function restore(text) {
    const held = document.activeElement;
    text.split(";").forEach((part) => {
      const [key, keys] = part.split(":");
      const step = root.querySelector(`[data-step="${key}"]`);
      root.append(step);
      const list = step.querySelector("[data-questions]");
      keys.split(",").filter(Boolean).forEach((one) => list.append(root.querySelector(`[data-question="${one}"]`)));
    });
    refresh();
    if (root.contains(held)) held.focus();
  }

  function place(item) {
    if (item.matches("[data-step]")) return fill(root.dataset.movedStep, { place: steps().indexOf(item) + 1, all: steps().length });
    const step = item.closest("[data-step]");
    const all = questions(step);
    return fill(root.dataset.moved, { place: all.indexOf(item) + 1, all: all.length, step: step.querySelector("[data-title]").textContent });
  }

  function tell(sentence, failed) {
    said.textContent = sentence;
    said.className = failed ? "box error" : "visually-hidden";
    if (failed) said.scrollIntoView({ block: "center" });
  }

  // Buttons at either end of the form lead nowhere.
  function refresh() {
    const set = (form, up, down) => {
      const [first, last] = form.querySelectorAll("button");
      [[first, up, "up"], [last, down, "down"]].forEach(([button, can, to]) => {
        button.disabled = !can;
        button.type = "submit";
        button.name = "to";
        button.value = to;
      });
    };
    const rows = steps();
    rows.forEach((step, row) => {
      const own = step.querySelector("header .moves form");
      if (own) set(own, row > 0, row < rows.length - 1);
      const all = questions(step);
      all.forEach((one, index) => {
        const form = one.querySelector(".moves form");
        if (form) set(form, index > 0 || (across && row > 0), index < all.length - 1 || (across && row < rows.length - 1));
      });
    });
  }

  function save(item) {
    refresh();
    const wanted = order();
    const sentence = place(item);
    saving = saving.then(() => store(item, wanted, sentence));
  }

  async function store(item, wanted, sentence) {
    if (wanted === stored) return;
    try {
      await post(wanted);
      tell(sentence, false);
      item.classList.add("arrived");
      window.setTimeout(() => item.classList.remove("arrived"), 1200);
    } catch (refused) {
      restore(stored);
      tell(refused.reasons?.join(" ") || root.dataset.failed, true);
    }
  }

  async function post(wanted) {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const body = new URLSearchParams({ order: wanted, stamp: root.dataset.stamp, csrfmiddlewaretoken: token });
    const answer = await fetch(root.dataset.arrange, { method: "POST", body, headers: { "X-CSRFToken": token } });
    const data = await answer.json();
    if (!answer.ok) throw data;
    root.dataset.stamp = data.stamp;
    stored = wanted;
  }

  // By buttons ---------------------------------------------------------------------------------
  function moved(item, up) {
    if (item.matches("[data-step]")) {
      const other = up ? item.previousElementSibling : item.nextElementSibling;
      if (other?.matches("[data-step]")) { if (up) other.before(item); else other.after(item); }
      return;
    }
    const other = up ? item.previousElementSibling : item.nextElementSibling;
    if (other) { if (up) other.before(item); else other.after(item); return; }
    if (!across) return;
    const rows = steps();
    const next = rows[rows.indexOf(item.closest("[data-step]")) + (up ? -1 : 1)];
    if (!next) return;
    const list = next.querySelector("[data-questions]");
    if (up) list.append(item); else list.prepend(item);
  }

  root.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || button.name !== "to" || !["up", "down"].includes(button.value)) return;
    event.preventDefault();
    const item = button.closest("[data-question]") || button.closest("[data-step]");
    moved(item, button.value === "up");
    save(item);
    // The pressed button keeps the focus; where it leads no further, the other one takes it.
    const other = Array.from(button.form.querySelectorAll("button")).find((one) => !one.disabled);
    (button.disabled ? other || item : button).focus();
  });

  // By dragging --------------------------------------------------------------------------------
  root.addEventListener("dragstart", (event) => {
    const handle = event.target.closest("[data-handle]");
    if (!handle) return;
    dragged = handle.dataset.handle === "step" ? handle.closest("[data-step]") : handle.closest("[data-question]");
    before = order();
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    event.dataTransfer.setDragImage(dragged, 16, 16);
    // After the picture is taken, so that it shows the card as it was.
    window.setTimeout(() => { dragged?.classList.add("dragged"); root.classList.toggle("dragging-step", Boolean(dragged?.matches("[data-step]"))); });
  });

  root.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    if (dragged.matches("[data-step]")) {
      const over = event.target.closest("[data-step]");
      if (!over || over === dragged) return;
      const box = over.getBoundingClientRect();
      if (event.clientY < box.top + box.height / 2) over.before(dragged); else over.after(dragged);
      return;
    }
    const step = event.target.closest("[data-step]");
    if (!step || (!across && step !== dragged.closest("[data-step]"))) return;
    const next = questions(step).filter((one) => one !== dragged).find((one) => {
      const box = one.getBoundingClientRect();
      return event.clientY < box.top + box.height / 2;
    });
    const list = step.querySelector("[data-questions]");
    if (next) { if (dragged.nextElementSibling !== next) next.before(dragged); } else if (list.lastElementChild !== dragged) list.append(dragged);
  });

  // What is shown holds wherever the card is let go; only Esc puts it back.
  document.addEventListener("dragover", (event) => { if (dragged) event.preventDefault(); });
  document.addEventListener("drop", (event) => { if (dragged) event.preventDefault(); });
  root.addEventListener("dragend", (event) => {
    if (!dragged) return;
    const item = dragged;
    dragged = null;
    item.classList.remove("dragged");
    root.classList.remove("dragging-step");
    if (event.dataTransfer.dropEffect === "none") restore(before); else save(item);
  });

  root.querySelectorAll("[data-handle]").forEach((handle) => handle.classList.add("ready"));
})();
