// What pages do beside sending forms. Every page works without it.
"use strict";

const typing = (element) => element.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
const token = () => document.querySelector("meta[name=csrf-token]").content;

// Every request of htmx carries the token that forms carry.
document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-CSRFToken"] = token();
});

// Lists: one row is current; j and k move, x ticks, Enter opens.
const rows = () => [...document.querySelectorAll("[data-row]")];
const current = () => rows().findIndex((row) => row.classList.contains("current"));

function move(step) {
  const all = rows();
  if (!all.length) return;
  const before = current();
  const next = Math.min(all.length - 1, Math.max(0, before + step));
  if (before >= 0) all[before].classList.remove("current");
  all[next].classList.add("current");
  all[next].querySelector("a").focus();
}

// On wide screens the current row's case is shown beside the list; a quick walk over rows asks for the last one only.
const wide = matchMedia("(min-width: 1500px)");
let asked;

function preview(row) {
  const pane = document.querySelector("[data-preview]");
  const address = row?.dataset.previewOf;
  if (!pane || !address || !wide.matches || pane.dataset.shown === address) return;
  pane.dataset.shown = address;
  clearTimeout(asked);
  pane.setAttribute("aria-busy", "true");
  asked = setTimeout(async () => {
    const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
    if (pane.dataset.shown !== address) return;
    if (answer.ok && !answer.redirected) pane.innerHTML = await answer.text();
    pane.setAttribute("aria-busy", "false");
  }, 80);
}

// Rows may come later (live.js): the page listens for them.
document.addEventListener("focusin", (event) => {
  const row = /** @type {Element} */ (event.target).closest("[data-row]");
  if (row) preview(row);
});
document.addEventListener("click", (event) => {
  const row = /** @type {Element} */ (event.target).closest("[data-row]");
  if (row && !/** @type {Element} */ (event.target).closest("a, label, input, button")) row.querySelector("a").focus();
});

const acts = {
  j: () => move(1),
  k: () => move(-1),
  x: () => rows()[current()]?.querySelector("input[type=checkbox]").click(),
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => document.getElementById("shortcuts")?.showModal(),
};
const places = { i: "/inbox", n: "/intake" };
let going = false;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (going && places[event.key]) {
    location.assign(places[event.key]);
  } else if (acts[event.key]) {
    event.preventDefault();
    acts[event.key]();
  }
  going = event.key === "g";
});

// Ticking rows shows what can be done with them together.
for (const form of document.querySelectorAll("[data-bulk]")) {
  const boxes = () => [...form.querySelectorAll("input[name=task]")];
  const all = form.querySelector("[data-all]");
  const show = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    form.classList.toggle("some", ticked > 0);
    all.indeterminate = ticked > 0 && ticked < boxes().length;
    all.checked = ticked === boxes().length;
  };
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    show();
  });
  form.addEventListener("change", show);
  show();
}

// A slip with a code and a key is printed alone (app.css).
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// A form is sent once; a second click while it is on its way does nothing.
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === "post") {
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
  }
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

// The bar of acts stays at the lower edge; it never covers what has the focus (WCAG 2.2, 2.4.11).
function uncover(target) {
  const bar = document.querySelector(".bottom");
  if (!bar || bar.contains(target) || getComputedStyle(bar).position !== "sticky") return;
  const field = target.getBoundingClientRect();
  const edge = bar.getBoundingClientRect();
  if (field.right <= edge.left || field.left >= edge.right) return;
  const hidden = field.bottom + 12 - edge.top;
  if (hidden > 0) scrollBy({ top: Math.min(hidden, field.top - 12), behavior: "instant" });
}
document.addEventListener("focusin", (event) => {
  uncover(event.target);
  requestAnimationFrame(() => uncover(event.target)); // Once more, after the browser has scrolled by itself.
});
