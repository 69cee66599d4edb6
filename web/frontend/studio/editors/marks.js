// Marks on parts of a drawing that an editor draws anew as it likes: they are put back whenever they are missing.
export default class Marks {
  // `idsOf` gives the names by which a part, found by `selector`, may be meant; `name` is the mark's class.
  constructor(canvas, selector, idsOf, name = "has-problem") {
    this.canvas = canvas;
    this.selector = selector;
    this.idsOf = idsOf;
    this.name = name;
    this.ids = new Set();
    this.problems = new Map();
    this.observer = new MutationObserver(() => this.draw());
    this.observer.observe(canvas, { subtree: true, childList: true, attributes: true, attributeFilter: ["class"] });
  }

  // The parts that bear the mark from now on, and by id the problems that are told at them.
  set(ids, problems = new Map()) {
    this.ids = new Set(ids);
    this.problems = problems;
    this.draw();
  }

  draw() {
    for (const part of this.canvas.querySelectorAll(this.selector)) {
      const names = this.idsOf(part);
      const wanted = names.some((id) => this.ids.has(id));
      if (part.classList.contains(this.name) !== wanted) part.classList.toggle(this.name, wanted);
      this.tell(part, names.flatMap((id) => this.problems.get(id) ?? []));
    }
  }

  tell(part, problems) {
    const words = problems.map(({ sentence }) => sentence).join("\n");
    if (words) part.title = words;
    else if (part.dataset.told) part.removeAttribute("title");
    if (words || part.dataset.told) part.dataset.told = words;
  }

  close() {
    this.observer.disconnect();
  }
}
