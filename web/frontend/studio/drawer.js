// The drawer below the drawing: problems are ours, the other tabs are pieces of pages that the server draws.
// The steps to running, and what stands beside them.
const STEPS = ["problems", "tests", "replay", "difference", "versions"];
export const TABS = [...STEPS, "play", "comments"];

export default class Drawer {
  // `turned` is called when another step can be taken next or another piece is shown, `show` with a place that a piece of
  // a page names, `paint` with the elements that it speaks of.
  constructor(root, { turned, show, paint }) {
    this.drawer = root.querySelector("[data-drawer]");
    this.tabs = [...this.drawer.querySelectorAll("[role=tab]")];
    this.done = new Set();
    this.turned = turned;
    this.drawer.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (tab) this.choose(tab.dataset.step, { again: true });
    });
    this.drawer.addEventListener("keydown", (event) => this.move(event));
    document.addEventListener("htmx:after:swap", () => this.noted());
    for (const name of ["click", "keydown"]) this.drawer.addEventListener(name, (event) => pointed(event, show));
    for (const name of ["mouseover", "focusin"])
      this.drawer.addEventListener(name, (event) => paint(spoken(event.target)));
    this.drawer.addEventListener("mouseleave", () => paint([]));
  }

  // Shows a tab; what the server draws is asked for when the tab is opened.
  choose(step, { again = false, focus = false } = {}) {
    const open = this.drawer.classList.contains("open");
    const tab = this.tabs.find((one) => one.dataset.step === step);
    const already = tab.getAttribute("aria-selected") === "true";
    this.drawer.classList.toggle("open", !(again && open && already));
    for (const one of this.tabs) {
      one.setAttribute("aria-selected", String(one === tab));
      one.tabIndex = one === tab ? 0 : -1;
      this.panel(one).hidden = one !== tab;
    }
    if (focus) tab.focus();
    if (this.drawer.classList.contains("open") && !already) this.panel(tab).dispatchEvent(new Event("studio:open"));
    this.turned();
  }

  // What the piece that is shown says of changes: [{path, element, kind, word, place}].
  changes() {
    const rows = this.drawer.querySelectorAll("[role=tabpanel]:not([hidden]) [data-change]");
    return [...rows].map(({ dataset: { path, element, change, word, place } }) => ({
      path,
      element,
      kind: change,
      word,
      place: place && JSON.parse(place),
    }));
  }

  panel(tab) {
    return document.getElementById(tab.getAttribute("aria-controls"));
  }

  move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = this.tabs.indexOf(event.target);
    if (at < 0 || !step) return;
    this.choose(this.tabs[(at + step + this.tabs.length) % this.tabs.length].dataset.step, { focus: true });
  }

  // A piece of a page says by data-step-done that its step is done.
  noted() {
    for (const place of this.drawer.querySelectorAll("[data-path]"))
      Object.assign(place, { tabIndex: 0, role: "button" });
    this.done = new Set([...this.drawer.querySelectorAll("[data-step-done]")].map((piece) => piece.dataset.stepDone));
    this.turned();
  }

  // After a change of the draft, what was done before it has to be done again.
  begin() {
    this.done = new Set();
  }

  // The step that comes next when the problems are solved.
  next() {
    return STEPS.slice(1).find((step) => !this.done.has(step)) ?? STEPS.at(-1);
  }
}

// A piece of a page may name a file to open, or an element in a file.
function pointed(event, show) {
  if (event.type === "keydown" && event.key !== "Enter") return;
  const { openFile, path, element = "", line = 0 } = event.target.closest("[data-open-file], [data-path]")?.dataset ?? {};
  if (openFile ?? path) show({ path: openFile ?? path, element, line: Number(line) });
}

// The elements that a row of a piece of a page is about.
function spoken(target) {
  const row = target.closest("[data-walked], [data-missing]");
  return (row?.dataset.walked ?? row?.dataset.missing ?? "").split(" ");
}
