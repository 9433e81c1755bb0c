// Keys of the list: from line to line, and choosing one. Everything works without it.
"use strict";

document.addEventListener("click", (event) => {
  const key = event.target instanceof Element ? event.target.closest("[data-step], [data-choose]") : null;
  if (!key) return;
  const lines = [...document.querySelectorAll("tr[data-line]")];
  if (!lines.length) return;
  const at = lines.findIndex((line) => line.contains(document.activeElement));
  if (key.dataset.step) {
    const next = at < 0 ? 0 : Math.min(lines.length - 1, Math.max(0, at + Number(key.dataset.step)));
    lines[next].querySelector("th a").focus();
    return;
  }
  const box = at < 0 ? null : lines[at].querySelector("input[type=checkbox]");
  if (box) box.checked = !box.checked;
});
