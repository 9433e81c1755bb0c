// What the incident room does beyond HTML: column chips, folded places that a link leads to, keys.
"use strict";

(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const zone = document.documentElement.dataset.zone || Intl.DateTimeFormat().resolvedOptions().timeZone || "";

  const dress = (within) => {
    all("input[type=datetime-local]", within).forEach((field) => { field.title = `On the clock of ${zone || "UTC"}`; });
    // A drawing that is wider than its frame begins with its top event in the middle.
    all(".tree-picture", within).forEach((frame) => {
      const top = frame.querySelector("g")?.getBoundingClientRect();
      if (top) frame.scrollLeft = top.x + top.width / 2 - frame.getBoundingClientRect().x - frame.clientWidth / 2;
    });
  };

  const insert = (field, text, whole) => {
    if (whole) field.value = text;
    else {
      const name = /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`;
      const before = field.value.slice(0, field.selectionStart);
      const space = before && !/[\s(]$/.test(before) ? " " : "";
      field.setRangeText(`${space}${name} `, field.selectionStart, field.selectionEnd, "end");
    }
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  };

  // A link to a place inside something folded opens it.
  const unfold = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (!target) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (target.matches("details")) target.open = true;
    target.scrollIntoView({ block: "center" });
    if (target.matches("form")) target.querySelector("input:not([type=hidden]), textarea, select")?.focus({ preventScroll: true });
    if (location.hash === "#note") document.getElementById("note-text")?.focus();
  };

  document.addEventListener("click", (event) => {
    const chip = event.target instanceof Element && event.target.closest("[data-into]");
    if (!chip) return;
    // A column goes into the condition that was written in last; an example belongs to its own field.
    const last = "put" in chip.dataset ? "" : chip.closest("form")?.dataset.writing;
    const field = document.getElementById(last || chip.dataset.into);
    const fold = field?.closest("details");
    if (fold) fold.open = true;
    if (field) insert(field, chip.dataset.put ?? chip.dataset.insert, "put" in chip.dataset);
  });
  document.addEventListener("click", (event) => {
    // Other words for a place in a text: they go in only if what they replace still stands there.
    const take = event.target instanceof Element && event.target.closest("[data-take]");
    const field = take && (take.dataset.field ? document.getElementById(take.dataset.field) : take.closest(".worded")?.querySelector("textarea"));
    if (!field) return;
    let start = Number(take.dataset.start);
    if (field.value.slice(start, Number(take.dataset.end)) !== take.dataset.was) start = field.value.indexOf(take.dataset.was);
    if (start < 0) return;
    field.focus();
    field.setRangeText(take.dataset.take, start, start + take.dataset.was.length, "select");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  document.addEventListener("focusin", (event) => {
    if (event.target instanceof Element && event.target.matches("form textarea.condition")) event.target.form.dataset.writing = event.target.id;
  });
  // How long a point of a meeting still has, on the clock of whoever looks.
  const countDown = () => all("[data-ends]").forEach((place) => {
    const left = Math.round((Date.parse(place.dataset.ends) - Date.now()) / 1000);
    const size = Math.abs(left);
    place.textContent = `${left < 0 ? "+" : ""}${Math.floor(size / 60)}:${String(size % 60).padStart(2, "0")}`;
    place.classList.toggle("over", left < 0);
    place.title = left < 0 ? "Over the time of this point" : "Left for this point";
  });

  window.addEventListener("hashchange", unfold);
  document.addEventListener("DOMContentLoaded", () => {
    dress(document);
    document.body.addEventListener("htmx:load", (event) => dress(event.detail.elt));
    // Ctrl or Command and Enter sends what is being written.
    document.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest?.("form.act")?.requestSubmit();
    });
    const here = document.querySelector(".rooms [aria-current]");
    if (here) here.closest("ul").scrollLeft = here.offsetLeft - 48;
    unfold();
    countDown();
    setInterval(countDown, 1000);
    // Once loaded, browsers take the focus away again as they go to the place that the address names.
    window.addEventListener("load", () => setTimeout(unfold, 60));
  });
})();
