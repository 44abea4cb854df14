// Shows how far an upload is: form[data-upload] with a file input and .upload around it.
// data-max-bytes and data-types (".pdf,.jpg") on the input are checked before the file travels.
(() => {
  "use strict";
  const words = document.getElementById("words")?.dataset ?? {};
  const megabytes = (octets) => `${(octets / 1e6).toFixed(1)} MB`;

  function objection(input) {
    const limit = Number(input.dataset.maxBytes || 0);
    const types = (input.dataset.types || "").split(",").filter(Boolean);
    for (const file of input.files) {
      if (limit && file.size > limit) return `${file.name}：${words.tooLarge} ${megabytes(limit)}`;
      const named = file.name.toLowerCase();
      if (types.length && !types.some((type) => named.endsWith(type.trim()))) return `${file.name}：${words.wrongType} ${types.join(" ")}`;
    }
    return "";
  }

  function say(form, text, isError) {
    let place = form.querySelector("[data-upload-status]");
    if (!place) {
      place = document.createElement("p");
      place.dataset.uploadStatus = "";
      place.setAttribute("role", "status");
      form.querySelector("input[type=file]").closest(".upload, .field").append(place);
    }
    place.className = isError ? "error" : "note";
    place.textContent = text;
  }

  const here = location.href.split("#")[0];

  // The page that answers is shown as it came: asking for it once more would lose what it says of
  // the upload. A redirect gets its own address, and going back from there loads the page before.
  function show(request) {
    const address = request.responseURL.split("#")[0];
    if (request.status < 400 && address !== here) history.pushState(null, "", address);
    document.open();
    document.write(request.responseText);
    document.close();
  }
  window.addEventListener("popstate", () => { if (location.href.split("#")[0] !== here) location.reload(); });

  function send(form, button) {
    const request = new XMLHttpRequest();
    const body = new FormData(form);
    if (button?.name) body.append(button.name, button.value);
    let bar = form.querySelector("progress");
    if (!bar) {
      bar = document.createElement("progress");
      bar.setAttribute("aria-label", words.uploading);
      form.querySelector("input[type=file]").closest(".upload, .field").append(bar);
    }
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.max = event.total;
      bar.value = event.loaded;
      say(form, event.loaded < event.total ? `${words.uploading} ${megabytes(event.loaded)} / ${megabytes(event.total)}` : words.checking);
    });
    const failed = () => { bar.remove(); delete form.dataset.sent; say(form, words.uploadFailed, true); };
    request.addEventListener("error", failed);
    request.addEventListener("abort", failed);
    request.addEventListener("load", () => {
      if (request.status >= 500) failed(); else show(request);
    });
    request.open("POST", form.action);
    request.send(body);
  }

  document.addEventListener("change", (event) => {
    if (!event.target.matches("form[data-upload] input[type=file]")) return;
    say(event.target.form, objection(event.target), true);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const input = form.matches("form[data-upload]") && form.querySelector("input[type=file]");
    if (!input || !input.files.length || event.defaultPrevented) return;
    if (event.submitter?.hasAttribute("formnovalidate")) return;
    event.preventDefault();
    const problem = objection(input);
    if (problem) say(form, problem, true); else send(form, event.submitter);
  });
  ["dragover", "dragleave", "drop"].forEach((name) => document.addEventListener(name, (event) => {
    const zone = event.target.closest?.(".upload");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("over", name === "dragover");
    if (name !== "drop") return;
    const input = zone.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }));
})();
