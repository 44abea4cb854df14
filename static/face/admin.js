// Mends what Django's admin leaves unnamed: search boxes of choices, empty heads of tables.
(() => {
  "use strict";

  function nameParts() {
    document.querySelectorAll(".select2-selection:not([data-named])").forEach((box) => {
      const select = box.closest(".select2-container")?.previousElementSibling;
      const label = select?.labels?.[0];
      if (!label) return;
      label.id = label.id || `${select.id}_label`;
      const shown = box.querySelector(".select2-selection__rendered");
      box.setAttribute("aria-labelledby", shown ? `${label.id} ${shown.id}` : label.id);
      if (shown) shown.setAttribute("aria-label", label.textContent.trim());
      box.dataset.named = "";
    });
    document.querySelectorAll(".help-tooltip[aria-label]:not([role])").forEach((icon) => icon.setAttribute("role", "img"));
  }

  // A head that says nothing is an ordinary cell.
  document.querySelectorAll("th").forEach((head) => {
    if (head.textContent.trim() || head.children.length) return;
    const cell = document.createElement("td");
    cell.className = head.className;
    head.replaceWith(cell);
  });
  // The boxes are made late, and again with every row one adds.
  new MutationObserver(nameParts).observe(document.body, { childList: true, subtree: true });
  nameParts();
})();
