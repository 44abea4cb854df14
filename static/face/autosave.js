// Saves each field of form[data-autosave-url] while one writes, and loses nothing on the way.
// POST field, value (JSON for tables and several choices), revision -> 200 {saved_at, revision, errors}
// or 409 {theirs, revision, by}. What is not on the server yet is also kept on this computer.
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave-url]");
  if (!form) return;
  for (const note of document.querySelectorAll("[data-autosave-note]")) note.hidden = false; // true from here on
  const words = document.getElementById("words").dataset;
  const PAUSE = 800; // after the last key, before a save
  const LONGEST_WAIT = 30000; // between two tries while offline
  const url = form.dataset.autosaveUrl;
  const shelf = `portal-draft:${url}`;
  const pending = new Map(); // field -> {value, revision, timer, tries}
  const busy = new Set();
  const known = new Map(); // field -> the value the server has
  const undecided = new Set(); // fields about which two people wrote and nobody has chosen yet
  let elsewhere = {}; // kept text of other steps under the same address
  let leaving = false;
  let stopped = false; // signed out or refused: nothing more is sent from this page
  let submitting = false; // the form itself carries what is still pending
  let button = null; // the one that sent the form while a save was on its way

  // fields ---------------------------------------------------------------------------------
  const boxOf = (name) => form.querySelector(`[data-field="${CSS.escape(name)}"]`);
  const revisionOf = (box) => Number(box.dataset.revision || form.dataset.revision || 0);
  const controlsOf = (box) => Array.from(box.querySelectorAll("input, select, textarea")).filter((control) => control.type !== "hidden");

  function rowsOf(box) {
    return Array.from(box.querySelectorAll("tbody tr"), (row) => {
      const cells = Array.from(row.querySelectorAll("[data-key]"), (cell) => [cell.dataset.key, cell.value]);
      return cells.reduce((record, [key, value]) => ({ ...record, [key]: value }), {});
    }).filter((record) => Object.values(record).some((value) => value.trim() !== ""));
  }

  function valueOf(box) {
    if (box.querySelector("[data-rows]")) return JSON.stringify(rowsOf(box));
    const controls = controlsOf(box);
    const first = controls[0];
    if (first.type === "radio") return (controls.find((control) => control.checked) || { value: "" }).value;
    if (first.type === "checkbox" && controls.length === 1) return first.checked ? "true" : "";
    if (first.type === "checkbox") return JSON.stringify(controls.filter((control) => control.checked).map((control) => control.value));
    if (first.multiple) return JSON.stringify(Array.from(first.selectedOptions, (option) => option.value));
    if (controls.length > 1) return JSON.stringify(controls.map((control) => control.value));
    return first.value;
  }

  // Tables and groups of controls are not put back by hand: the page is loaded again once they are saved.
  const simple = (box) => !box.querySelector("[data-rows]") && (controlsOf(box).length === 1 || controlsOf(box)[0].type === "radio");

  function put(box, value) {
    const controls = controlsOf(box);
    const first = controls[0];
    if (first.type === "radio") controls.forEach((control) => { control.checked = control.value === value; });
    else if (first.type === "checkbox") first.checked = value === "true" || value === true;
    else first.value = value;
    first.dispatchEvent(new Event("input", { bubbles: false }));
  }

  // what one sees ---------------------------------------------------------------------------
  function mark(box, kind, text) {
    let place = box.querySelector("[data-mark]");
    if (!place) {
      const foot = document.createElement("p");
      foot.className = "foot";
      place = document.createElement("span");
      place.dataset.mark = "";
      foot.append(place);
      box.append(foot);
    }
    place.className = `mark ${kind}`;
    place.textContent = text;
  }

  function errors(box, sentences) {
    box.querySelectorAll("td > ul.errors").forEach((stale) => stale.remove()); // as the page was loaded
    let list = box.querySelector("ul.errors[data-live]") || box.querySelector(":scope > ul.errors");
    if (!sentences.length) {
      if (list) list.remove();
      box.classList.remove("wrong");
      controlsOf(box).forEach((control) => control.removeAttribute("aria-invalid"));
      return;
    }
    const first = controlsOf(box)[0];
    if (!list) {
      list = document.createElement("ul");
      list.className = "errors";
      list.id = `${first.id}_error`;
      const anchor = first.closest(".affix, .two, .choices, .tick, .rows-box") || first;
      anchor.before(list);
    }
    list.dataset.live = "";
    list.textContent = "";
    sentences.forEach((sentence) => { const item = document.createElement("li"); item.textContent = sentence; list.append(item); });
    box.classList.add("wrong");
    first.setAttribute("aria-invalid", "true");
    const described = new Set((first.getAttribute("aria-describedby") || "").split(" ").filter(Boolean)).add(list.id);
    first.setAttribute("aria-describedby", Array.from(described).join(" "));
  }

  let toast = null;
  function tell(text, link) {
    if (!toast) {
      toast = document.createElement("div");
      toast.className = "toast";
      toast.setAttribute("role", "status");
      document.body.append(toast);
    }
    toast.textContent = text;
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link;
      anchor.textContent = words.signIn;
      toast.append(" ", anchor);
    }
  }
  function hush() { if (toast && !stopped) { toast.remove(); toast = null; } }

  // kept on this computer until the server has it ---------------------------------------------
  function keep() {
    const kept = { ...elsewhere };
    pending.forEach((entry, name) => { kept[name] = { value: entry.value, revision: entry.revision }; });
    try {
      if (Object.keys(kept).length) localStorage.setItem(shelf, JSON.stringify(kept)); else localStorage.removeItem(shelf);
    } catch (error) {
      // Storage full or switched off: the page still holds the text and warns before it is left.
    }
  }

  function restore() {
    let kept = {};
    try { kept = JSON.parse(localStorage.getItem(shelf) || "{}"); } catch (error) { return; }
    elsewhere = Object.fromEntries(Object.entries(kept).filter(([name]) => !boxOf(name)));
    Object.entries(kept).forEach(([name, entry]) => {
      const box = boxOf(name);
      if (!box || valueOf(box) === entry.value) return;
      const now = revisionOf(box);
      if (now > entry.revision) { conflict(name, box, entry.value, valueOf(box), now, ""); return; }
      if (simple(box)) put(box, entry.value);
      queue(name, entry.value, entry.revision);
      tell(words.restored);
    });
    keep();
  }

  // saving -------------------------------------------------------------------------------------
  function queue(name, value, revision, wait = 0) {
    const entry = pending.get(name) || { tries: 0 };
    clearTimeout(entry.timer);
    Object.assign(entry, { value, revision });
    entry.timer = setTimeout(() => save(name), wait);
    pending.set(name, entry);
    keep();
  }

  function touched(target, wait) {
    const box = target.closest("[data-field]");
    if (!box || box.closest("[data-no-autosave]") || !controlsOf(box).length || controlsOf(box)[0].type === "file") return;
    const value = valueOf(box);
    const entry = pending.get(box.dataset.field);
    if (entry ? entry.value === value && wait : known.get(box.dataset.field) === value) return;
    mark(box, "saving", words.saving);
    queue(box.dataset.field, value, revisionOf(box), wait);
  }

  async function save(name) {
    const entry = pending.get(name);
    const box = boxOf(name);
    if (!entry || !box || stopped || submitting || busy.has(name)) return;
    busy.add(name);
    const sent = entry.value;
    const body = new URLSearchParams({ field: name, value: sent, revision: String(revisionOf(box)) });
    body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    const keepalive = body.toString().length < 60000; // browsers let no more outlive the page
    let response = null;
    try {
      response = await fetch(url, { method: "POST", body, keepalive, headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
    } catch (error) {
      response = null;
    }
    await settle(name, box, entry, sent, response);
    busy.delete(name); // only now the box knows its new revision
    if (submitting && !busy.size) form.requestSubmit(button);
  }

  async function settle(name, box, entry, sent, response) {
    if (!response || response.status >= 500 || response.status === 429) { later(name, box, entry); return; }
    if ([401, 403].includes(response.status) || response.redirected) { signedOut(box); return; }
    let answer = null;
    try { answer = await response.json(); } catch (error) { refused(box); return; }
    if (response.status === 409 && "theirs" in answer) {
      pending.delete(name);
      keep();
      conflict(name, box, sent, answer.theirs, answer.revision, answer.by);
      return;
    }
    if (!response.ok) { refused(box, answer.errors); return; }
    box.dataset.revision = answer.revision;
    const shown = form.elements[`revision-${name}`]; // what the form says when it is sent as a whole
    if (shown) shown.value = answer.revision;
    known.set(name, sent);
    errors(box, answer.errors || []);
    if (entry.value !== sent) { queue(name, entry.value, answer.revision); return; }
    pending.delete(name);
    keep();
    if (!pending.size) hush();
    mark(box, "saved", `${words.saved} ${answer.saved_at}`);
    form.dispatchEvent(new CustomEvent("portal:saved", { detail: { field: name, answer } }));
    if (!submitting && !simple(box) && valueOf(box) !== sent) location.reload();
  }

  function later(name, box, entry) {
    entry.tries += 1;
    mark(box, "unsaved", words.unsaved);
    tell(words.offline);
    entry.timer = setTimeout(() => save(name), Math.min(LONGEST_WAIT, 1000 * 2 ** entry.tries));
  }

  function signedOut(box) {
    stopped = true;
    keep();
    mark(box, "unsaved", words.unsaved);
    tell(words.signedOut, location.href);
  }

  function refused(box, sentences) {
    mark(box, "unsaved", words.unsaved);
    if (sentences?.length) errors(box, sentences); else tell(words.refused);
  }

  // two people wrote: both texts are shown and one of them chooses ---------------------------------
  function conflict(name, box, mine, theirs, revision, by) {
    box.querySelector(".conflict")?.remove();
    box.dataset.revision = revision;
    mark(box, "unsaved", words.unsaved);
    const panel = document.createElement("div");
    panel.className = "conflict";
    panel.setAttribute("role", "alert");
    const title = document.createElement("p");
    title.textContent = by ? `${words.changedBy} ${by}` : words.changed;
    const sides = document.createElement("div");
    sides.className = "sides";
    const side = (heading, text, label, chosen) => {
      const part = document.createElement("div");
      const head = document.createElement("p");
      const quote = document.createElement("blockquote");
      const button = document.createElement("button");
      head.textContent = heading;
      quote.textContent = typeof text === "string" ? text : JSON.stringify(text);
      quote.tabIndex = 0;
      button.type = "button";
      button.className = "button quiet small";
      button.textContent = label;
      button.addEventListener("click", () => { panel.remove(); undecided.delete(name); chosen(); });
      part.append(head, quote, button);
      return part;
    };
    sides.append(
      side(words.mine, mine, words.keepMine, () => { if (simple(box)) put(box, mine); queue(name, mine, revision); }),
      side(words.theirs, theirs, words.takeTheirs, () => {
        if (!simple(box)) { leaving = true; location.reload(); return; }
        put(box, theirs);
        known.set(name, valueOf(box));
        mark(box, "saved", words.saved);
      }),
    );
    panel.append(title, sides);
    box.append(panel);
    undecided.add(name);
  }

  form.addEventListener("input", (event) => touched(event.target, PAUSE));
  form.addEventListener("change", (event) => touched(event.target, 0));
  form.addEventListener("focusout", (event) => {
    const box = event.target.closest("[data-field]");
    if (box && pending.has(box.dataset.field)) save(box.dataset.field);
  });
  form.addEventListener("portal:rows", (event) => touched(event.target, PAUSE));
  form.addEventListener("submit", (event) => {
    leaving = true;
    submitting = true;
    if (!busy.size) return;
    event.preventDefault(); // an answer under way brings a revision the form must know
    button = event.submitter;
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    leaving = false; // brought back with the browser's own button
    submitting = false;
  });
  window.addEventListener("online", () => pending.forEach((entry, name) => save(name)));
  window.addEventListener("beforeunload", (event) => {
    pending.forEach((entry, name) => save(name)); // these outlive the page
    const unsafe = (stopped && pending.size) || undecided.size || Array.from(pending.values()).some((entry) => entry.tries);
    if (leaving || !unsafe) return;
    event.preventDefault();
    event.returnValue = "";
  });
  form.querySelectorAll("[data-field]").forEach((box) => { if (controlsOf(box).length) known.set(box.dataset.field, valueOf(box)); });
  restore();
})();
