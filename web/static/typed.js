// What is typed is also kept in this tab, for its page and its person, until it has been sent: a session that ends, a
// page that is reloaded or a server that is away lose nothing. Another person who signs in here never sees it.
"use strict";

{
  const PREFIX = "typed:";
  const about = document.querySelector("meta[name=visitor]");
  const person = about?.content ?? "";
  const keyOf = (name) => `${PREFIX}${name}:${location.pathname}`;
  const own = new Set(["csrf_token", "version", "next", "drop_file", "website"]);

  const stored = () => {
    try {
      return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
    } catch {
      return []; // A browser that keeps nothing.
    }
  };
  const read = (key) => {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  };

  // What was sent, and what another person typed, is forgotten.
  for (const key of stored()) {
    const other = person && !key.startsWith(`${PREFIX}${person}:`) && !key.startsWith(`${PREFIX}:`);
    const sent = about?.dataset.sent && read(key)?.values.form_token?.[0] === about.dataset.sent;
    if (other || sent) sessionStorage.removeItem(key);
  }
  for (const form of document.querySelectorAll("form[action$='/sign-out'], form[action$='/follow/leave'], form[action$='/intake/draft/drop']")) {
    form.addEventListener("submit", () => stored().forEach((key) => sessionStorage.removeItem(key)));
  }

  /** @type {HTMLFormElement} */
  const form = document.querySelector("form[data-typed]");
  if (form) {
    const key = keyOf(person);

    const keep = () => {
      const values = {};
      for (const [name, value] of new FormData(form)) {
        if (!own.has(name) && typeof value === "string") (values[name] ??= []).push(value);
      }
      const files = [...form.querySelectorAll("[data-chosen] li[data-number]")].map((item) => [item.closest("[data-chosen]").dataset.chosen, item.dataset.number, item.querySelector(".chosen-name").textContent]);
      try {
        sessionStorage.setItem(key, JSON.stringify({ values, files, at: Date.now() }));
      } catch {
        // Full, or switched off: the page works as without it.
      }
    };

    const fill = (values) => {
      for (const field of /** @type {Iterable<HTMLInputElement>} */ (form.elements)) {
        if (!field.name || own.has(field.name) || field.type === "file" || field.type === "submit") continue;
        const kept = values[field.name] ?? [];
        if (field.type === "radio" || field.type === "checkbox") field.checked = kept.includes(field.value);
        else if (kept.length) field.value = kept[0];
        if (field.matches("select")) field.dispatchEvent(new Event("change", { bubbles: true }));
      }
      form.dispatchEvent(new Event("change", { bubbles: true }));
    };

    const kept = read(key);
    // A page that the server filled in from an answer of its own, or from a later draft, is as it should be.
    if (kept && !form.hasAttribute("data-answered") && kept.at > Number(form.dataset.savedAt || 0) * 1000) {
      fill(kept.values);
      for (const [name, number, title] of kept.files ?? []) {
        const list = [...form.querySelectorAll("[data-chosen]")].find((one) => one.dataset.chosen === name);
        if (!list || list.querySelector(`[data-number="${number}"]`)) continue;
        const item = document.createElement("li");
        const text = document.createElement("span");
        item.dataset.number = number;
        text.className = "chosen-name";
        text.textContent = title;
        item.append(text);
        list.append(item);
      }
      const note = form.querySelector("[data-typed-note]");
      if (note) note.hidden = false;
    }
    form.addEventListener("input", keep);
    form.addEventListener("change", (event) => event.isTrusted && keep());
    form.addEventListener("submit", keep);
  }
}
