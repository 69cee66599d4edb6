// Marks on parts of a drawing that an editor draws anew as it likes: they are put back whenever they are missing.
const NAME = "has-problem";

export default class Marks {
  // `idsOf` gives the names by which a part, found by `selector`, may be meant.
  constructor(canvas, selector, idsOf) {
    Object.assign(this, { canvas, selector, idsOf, ids: new Set() });
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
      if (part.classList.contains(NAME) !== wanted) part.classList.toggle(NAME, wanted);
    }
  }

  close() {
    this.observer.disconnect();
  }
}
