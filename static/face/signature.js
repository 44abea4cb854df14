// A field to sign in by finger, pen or mouse: [data-signature] around an input[type=file].
// What is drawn becomes the chosen file of the input, so the form is sent as ever. Without this
// script, or without a canvas, the input stays: one chooses a picture, or prints and signs on paper.
(() => {
  "use strict";
  const WIDTH = 960, HEIGHT = 360, LINE = 7;

  function begin(field) {
    const input = field.querySelector("input[type=file]");
    const pad = field.querySelector("[data-pad]");
    const canvas = pad?.querySelector("canvas");
    const pen = canvas?.getContext?.("2d");
    if (!input || !pen || typeof DataTransfer === "undefined") return;
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    pad.hidden = false;
    let last = null, drawn = false;

    function point(event) {
      const box = canvas.getBoundingClientRect();
      return [(event.clientX - box.left) * WIDTH / box.width, (event.clientY - box.top) * HEIGHT / box.height];
    }

    function wipe() {
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, WIDTH, HEIGHT);
      pen.strokeStyle = "#111";
      pen.lineCap = pen.lineJoin = "round";
      drawn = false;
    }

    // At once, not by toBlob: who sends the form right after the last stroke must not lose it.
    function keep() {
      const text = atob(canvas.toDataURL("image/png").split(",")[1]);
      const octets = Uint8Array.from(text, (one) => one.charCodeAt(0));
      const files = new DataTransfer();
      files.items.add(new File([octets], "signature.png", { type: "image/png" }));
      input.files = files.files;
    }

    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      last = point(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!last) return;
      // Every place the finger has been since the last event, where the browser tells.
      for (const one of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) {
        const here = point(one);
        pen.lineWidth = LINE * (one.pointerType === "pen" ? 0.5 + one.pressure : 1);
        pen.beginPath();
        pen.moveTo(...last);
        pen.lineTo(...here);
        pen.stroke();
        last = here;
        drawn = true;
      }
    });
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, () => {
        if (last && drawn) keep();
        last = null;
      });
    }
    field.querySelector("[data-clear]")?.addEventListener("click", () => {
      wipe();
      input.value = "";
      canvas.focus();
    });
    // A picture chosen instead takes the place of what was drawn.
    input.addEventListener("change", (event) => { if (event.isTrusted) wipe(); });
    wipe();
  }

  document.querySelectorAll("[data-signature]").forEach(begin);
})();
