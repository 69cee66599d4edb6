// Marks on parts of a drawing that an editor draws anew as it likes: they are put back whenever they are missing.
export default class Marks {
  // `idsOf` gives the names by which a part, found by `selector`, may be meant; `name` is the mark's class.
  constructor(canvas, selector, idsOf, name = "has-problem") {
    Object.assign(this, { canvas, selector, idsOf, name, ids: new Set() });
    this.observer = new MutationObserver(() => this.draw());
    this.observer.observe(canvas, { subtree: true, childList: true, attributes: true, attributeFilter: ["class"] });
  }

  // The parts that bear the mark from now on.
  set(ids) {
    this.ids = new Set(ids);
    this.draw();
  }

  draw() {
    for (const part of this.canvas.querySelectorAll(this.selector)) {
      const wanted = this.idsOf(part).some((id) => this.ids.has(id));
      if (part.classList.contains(this.name) !== wanted) part.classList.toggle(this.name, wanted);
    }
  }

  close() {
    this.observer.disconnect();
  }
}
