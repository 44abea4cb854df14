// Puts the rows of a ranked table into another order by dragging; the buttons in each row do the
// same without it. After a drop the new order is sent as the form the page would send by hand.
(() => {
  "use strict";
  for (const table of document.querySelectorAll("table[data-ranking]")) {
    const body = table.tBodies[0];
    const rows = () => [...body.rows];
    let dragged = null;
    let before = "";
    const order = () => rows().map((row) => row.dataset.entry).join(",");

    const send = () => {
      const token = document.querySelector("input[name=csrfmiddlewaretoken]");
      const form = document.createElement("form");
      form.method = "post";
      form.action = table.dataset.ranking;
      form.hidden = true;
      const add = (name, value) => {
        const input = document.createElement("input");
        input.type = "hidden";
        input.name = name;
        input.value = value;
        form.append(input);
      };
      if (token) add("csrfmiddlewaretoken", token.value);
      rows().forEach((row) => add("entry", row.dataset.entry));
      document.body.append(form);
      form.submit();
    };

    rows().forEach((row) => {
      row.draggable = true;
      row.addEventListener("dragstart", (event) => {
        dragged = row;
        before = order();
        row.classList.add("dragged");
        event.dataTransfer.effectAllowed = "move";
      });
      row.addEventListener("dragover", (event) => {
        if (!dragged || dragged === row) return;
        event.preventDefault();
        const box = row.getBoundingClientRect();
        const below = event.clientY > box.top + box.height / 2;
        row.parentNode.insertBefore(dragged, below ? row.nextSibling : row);
      });
      row.addEventListener("drop", (event) => event.preventDefault());
      row.addEventListener("dragend", () => {
        row.classList.remove("dragged");
        dragged = null;
        if (order() !== before) send();
      });
    });
  }
})();
