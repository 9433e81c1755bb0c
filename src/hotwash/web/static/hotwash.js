// What pages do beyond what HTML does: theme, local time, keys, drafts, charts. Loaded first, so the theme never flashes.
// Everything works without it, other than charts, drafts and keys.
"use strict";

(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const own = (name) => `hotwash:${root.dataset.account || "nobody"}:${name}`;

  // Storage can be forbidden by the browser; then nothing is kept, and nothing fails.
  const store = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); return true; } catch { return false; } },
    drop(key) { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } },
  };

  const say = (text) => {
    const live = document.getElementById("live");
    if (live) live.textContent = text;
  };

  // Theme: the system's, light or dark

  const THEMES = { auto: "as the system", light: "light", dark: "dark" };
  const theme = () => (store.get("hotwash:theme") in THEMES ? store.get("hotwash:theme") : "auto");
  const paint = () => {
    if (theme() === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme();
    all("[data-theme-name]").forEach((place) => { place.textContent = place.dataset[theme()] || THEMES[theme()]; });
  };
  const nextTheme = () => {
    const names = Object.keys(THEMES);
    store.set("hotwash:theme", names[(names.indexOf(theme()) + 1) % names.length]);
    paint();
    say(`Colours: ${THEMES[theme()]}`);
    drawCharts(document, true);
  };
  paint();

  // Time: the reader's clock with its zone, and how long ago beside it

  const UNITS = [["day", 86400], ["h", 3600], ["min", 60]];
  const ago = (moment) => {
    const seconds = Math.round((Date.now() - moment) / 1000);
    const size = Math.round(Math.abs(seconds) / 60) * 60;
    if (Math.abs(seconds) < 45) return seconds >= 0 ? "just now" : "in a moment";
    const at = UNITS.findIndex(([, length]) => size >= length);
    const [unit, length] = at < 0 ? UNITS[2] : UNITS[at];
    let text = `${Math.max(1, Math.floor(size / length))} ${unit}`;
    if (unit === "day" && Math.floor(size / length) > 1) text += "s";
    const rest = Math.floor((size % length) / 3600);
    if (unit === "day" && Math.floor(size / length) < 7 && rest) text += ` ${rest} h`;
    return seconds >= 0 ? `${text} ago` : `in ${text}`;
  };
  const zone = root.dataset.zone || undefined;
  const clock = new Intl.DateTimeFormat(root.lang || "en-GB", {
    day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hour12: false,
    timeZone: zone, timeZoneName: "short",
  });
  const showTimes = (within = document) => {
    all("time[datetime]", within).forEach((time) => {
      const moment = Date.parse(time.getAttribute("datetime"));
      if (Number.isNaN(moment)) return;
      if (!time.dataset.shown) {
        time.dataset.shown = "yes";
        time.title = new Date(moment).toISOString().replace(/\.\d+Z$/, "Z");
        if (!("plain" in time.dataset)) time.textContent = clock.format(moment);
        if (!("alone" in time.dataset)) {
          const beside = document.createElement("span");
          beside.className = "ago";
          time.append(" ", beside);
        }
      }
      const beside = time.querySelector(".ago");
      if (beside) beside.textContent = `(${ago(moment)})`;
    });
  };

  // Drafts: what was typed is kept in this browser until the server says that it is recorded

  const draftKey = (form) => own(`draft:${form.dataset.draft}`);
  // What a draft was made from goes with it: the server can then tell what was written meanwhile.
  const kept = (field) => field.name && ("keep" in field.dataset || !["hidden", "password", "file", "submit", "button"].includes(field.type));
  const keepDraft = (form) => {
    const values = {};
    [...form.elements].filter(kept).forEach((field) => {
      if (["checkbox", "radio"].includes(field.type)) {
        if (field.checked) (values[field.name] ??= []).push(field.value);
      } else if (field.multiple) values[field.name] = [...field.selectedOptions].map((option) => option.value);
      else if (field.value) values[field.name] = field.value;
    });
    const text = JSON.stringify({ at: Date.now(), values });
    if (!store.set(draftKey(form), text)) draftNote(form, "This browser keeps no drafts: send the form before you leave the page.");
  };
  const draftNote = (form, text, discard) => {
    let note = form.querySelector(".draft");
    if (!note) {
      note = document.createElement("p");
      note.className = "draft";
      note.setAttribute("role", "status");
      form.prepend(note);
    }
    note.textContent = text;
    if (!discard) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = "Discard the draft";
    button.addEventListener("click", () => { store.drop(draftKey(form)); form.reset(); note.remove(); });
    note.append(" ", button);
  };
  const restoreDraft = (form) => {
    if (form.dataset.drafting) return;
    form.dataset.drafting = "yes";
    form.addEventListener("input", () => keepDraft(form));
    let draft;
    try { draft = JSON.parse(store.get(draftKey(form))); } catch { draft = null; }
    if (!draft || !Object.keys(draft.values || {}).length) return;
    // What the server sent back with the form is newer than the draft.
    if (form.querySelector(".wrong")) return;
    [...form.elements].filter(kept).forEach((field) => {
      if (!(field.name in draft.values)) return;
      const value = draft.values[field.name];
      if (["checkbox", "radio"].includes(field.type)) field.checked = value.includes(field.value);
      else if (field.multiple) [...field.options].forEach((option) => { option.selected = value.includes(option.value); });
      else field.value = value;
    });
    draftNote(form, `A draft from ${clock.format(draft.at)} is back in the form.`, true);
  };
  const dropDraft = (name) => {
    store.drop(own(`draft:${name}`));
    all(`form[data-draft="${CSS.escape(name)}"]`).forEach((form) => { form.querySelector(".draft")?.remove(); form.reset(); });
  };

  // Keys: one letter, or g and one letter; never while somebody types; they can be turned off

  const keysOn = () => store.get("hotwash:keys") !== "off";
  const typing = (target) => {
    // A browser lets the focus linger in a dialog that has just been closed.
    const dialog = target.closest("dialog");
    return dialog ? dialog.open : target.closest("input, textarea, select, [contenteditable]");
  };
  let before = "";
  const press = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
    if (event.key === "?") return openKeys(event);
    if (!keysOn()) return;
    const pressed = before ? `${before} ${event.key}` : event.key;
    before = "";
    const fits = all("[data-key]").filter((place) => place.dataset.key === pressed && !place.closest("[hidden], dialog:not([open])"));
    const target = fits.find((place) => place.matches("input, textarea, select")) || fits[0];
    if (target) {
      event.preventDefault();
      if (target.matches("input, textarea, select")) target.focus();
      else target.click();
    } else if (event.key === "g" && pressed === "g") {
      before = "g";
      setTimeout(() => { before = ""; }, 1500);
    }
  };
  const openKeys = (event) => {
    const dialog = document.getElementById("keys");
    if (!dialog) return;
    event?.preventDefault();
    const list = dialog.querySelector("dl");
    list.replaceChildren();
    list.append(
      Object.assign(document.createElement("dt"), { innerHTML: "<kbd>?</kbd>" }),
      Object.assign(document.createElement("dd"), { textContent: "This list" }),
    );
    const seen = new Set();
    all("[data-key]").forEach((place) => {
      if (seen.has(place.dataset.key)) return;
      seen.add(place.dataset.key);
      const keys = document.createElement("dt");
      place.dataset.key.split(" ").forEach((key, index) => {
        if (index) keys.append(" then ");
        keys.append(Object.assign(document.createElement("kbd"), { textContent: key }));
      });
      const what = document.createElement("dd");
      what.textContent = place.dataset.keyLabel || place.getAttribute("aria-label") || place.textContent.trim();
      list.append(keys, what);
    });
    dialog.querySelector("input").checked = keysOn();
    dialog.showModal();
  };

  // Charts: drawn by vega-embed from the JSON beside them, in the page's own colours, without eval

  const token = (name) => {
    // light-dark() is resolved only on a real property.
    const probe = document.createElement("i");
    probe.style.color = `var(${name})`;
    probe.hidden = true;
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  };
  let library;
  const loadLibrary = () => (library ??= new Promise((loaded, failed) => {
    const script = document.createElement("script");
    script.src = root.dataset.vega;
    script.onload = loaded;
    script.onerror = failed;
    document.head.append(script);
  }));
  const chartConfig = () => {
    const [ink, quiet, line] = ["--ink", "--quiet", "--line"].map(token);
    return {
      background: "transparent", font: getComputedStyle(document.body).fontFamily,
      view: { stroke: null },
      axis: { labelColor: quiet, titleColor: quiet, gridColor: line, domainColor: line, tickColor: line, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500 },
      legend: { labelColor: quiet, titleColor: quiet, labelFontSize: 12 },
      title: { color: ink, anchor: "start", fontSize: 14, fontWeight: 600 },
      header: { labelColor: quiet, titleColor: quiet },
      text: { color: ink },
      mark: { color: token("--chart-1") },
      bar: { fillOpacity: 0.6 },
      rule: { color: ink, strokeWidth: 1.5 },
      range: { category: [1, 2, 3, 4, 5].map((number) => token(`--chart-${number}`)) },
    };
  };
  const chartOf = async (place) => {
    if (!place.dataset.chartFrom) return JSON.parse(document.getElementById(place.dataset.chart).textContent);
    const answer = await fetch(place.dataset.chartFrom, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`The chart was not handed out: ${answer.status}`);
    return answer.json();
  };
  const drawCharts = async (within = document, again = false) => {
    const places = all("[data-chart], [data-chart-from]", within).filter((place) => again || !place.dataset.drawn);
    if (!places.length || !root.dataset.vega) return;
    try { await loadLibrary(); } catch { return; }
    const config = chartConfig();
    for (const place of places) {
      place.dataset.drawn = "yes";
      try {
        const spec = await chartOf(place);
        spec.config = { ...(spec.config || {}), ...config };
        await window.vegaEmbed(place, spec, { ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: false });
      } catch (fault) {
        place.textContent = "The chart could not be drawn. The figures are in the table.";
        console.error(fault);
      }
    }
  };

  // The reader's own time zone, so that times typed into forms mean what the reader's clock shows

  const tellZone = () => {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (own) document.cookie = `hotwash-zone=${own}; path=/; max-age=31536000; samesite=lax`;
  };

  // A form that begins something is sent once, however often its button is pressed

  const sendOnce = (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !("once" in form.dataset)) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  };

  // What was typed or chosen between a question to the server and its answer survives the answer

  const asked = (config, name) => String(config.formData?.get(name) ?? "");
  const changedSince = (place, config) => all("input[id], textarea[id], select[id]", place).flatMap((field) => {
    if (field.type === "radio") return field.checked && asked(config, field.name) !== field.value ? [{ id: field.id, checked: true }] : [];
    if (["checkbox", "hidden", "file"].includes(field.type)) return [];
    return field.value === asked(config, field.name) ? [] : [{ id: field.id, value: field.value }];
  });
  // Kept with the request: replies cross, and each brings back what its own swap took away.
  const bringBack = (request) => {
    request.typed.forEach(({ id, value, checked }) => {
      const field = document.getElementById(id);
      if (field && checked) field.checked = true;
      else if (field) field.value = value;
    });
    request.unasked = request.typed;
    delete request.typed;
  };
  const askAnew = (request) => {
    const ids = request.unasked.map(({ id }) => id);
    delete request.unasked;
    ids.map((id) => document.getElementById(id)).forEach((field) => {
      // Whoever is still typing asks when the field is left.
      if (field && field !== document.activeElement) field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  };

  // What is wider than the page is moved in its own frame, and the frame is reached by keyboard

  const reachFrames = (within) => all(".scroll:not([tabindex])", within).forEach((frame) => {
    if (frame.scrollWidth <= frame.clientWidth) return;
    const heading = frame.querySelector("caption") || frame.closest("section, article, main")?.querySelector("h1, h2, h3, h4");
    frame.tabIndex = 0;
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", heading?.textContent.trim() || "Table");
  });

  // Everything that a page, or a part that htmx brought in, needs

  const dress = (within) => {
    showTimes(within);
    all("form[data-draft]", within).forEach(restoreDraft);
    if (within instanceof Element && within.matches("form[data-draft]")) restoreDraft(within);
    drawCharts(within);
    reachFrames(within);
  };

  document.addEventListener("DOMContentLoaded", () => {
    all("[data-draft-done]").forEach((place) => dropDraft(place.dataset.draftDone));
    paint();
    dress(document);
    setInterval(showTimes, 20000);
    document.querySelector(".wrong-summary")?.focus();
    document.addEventListener("keydown", press);
    document.addEventListener("submit", sendOnce);
    tellZone();
    document.addEventListener("click", (event) => {
      const target = event.target instanceof Element ? event.target : null;
      if (!target) return;
      if (target.closest("[data-do=theme]")) nextTheme();
      if (target.closest("[data-do=keys]")) openKeys();
      const copy = target.closest("[data-copy]");
      if (copy) {
        const text = document.getElementById(copy.dataset.copy).textContent.trim();
        navigator.clipboard?.writeText(text).then(() => say("Copied."), () => say("Copying failed: select the text instead."));
      }
      all("details.menu[open]").forEach((menu) => { if (!menu.contains(target)) menu.open = false; });
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      all("details.menu[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
    });
    document.getElementById("keys-on")?.addEventListener("change", (event) => {
      store.set("hotwash:keys", event.target.checked ? "on" : "off");
    });
    document.body.addEventListener("htmx:load", (event) => dress(event.detail.elt));
    document.body.addEventListener("draft-done", (event) => dropDraft(event.detail.value));
    document.body.addEventListener("htmx:sendError", () => say("The server cannot be reached. What you typed is kept in this browser."));
    document.body.addEventListener("htmx:beforeSwap", (event) => {
      // A refusal or a form with faults is shown where the answer would have been.
      if ([400, 403, 404, 409, 422, 503].includes(event.detail.xhr.status)) {
        event.detail.shouldSwap = true;
        event.detail.isError = false;
      }
      if ("keepTyped" in event.detail.target.dataset) {
        event.detail.xhr.typed = changedSince(event.detail.target, event.detail.requestConfig);
      }
    });
    document.body.addEventListener("htmx:afterSwap", ({ detail }) => { if (detail.xhr?.typed) bringBack(detail.xhr); });
    document.body.addEventListener("htmx:afterSettle", ({ detail }) => { if (detail.xhr?.unasked) askAnew(detail.xhr); });
  });
})();
