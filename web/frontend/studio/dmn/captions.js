// The captions of what a table's cells say, shown below the codes; put back whenever the table is drawn anew.
import { captionOf } from "./cell-values.js";

const CELLS = "td.input-cell[data-element-id], td.output-cell[data-element-id]";

export default class Captions {
  // `cellOf` gives a cell by its id, `chooser` what its column can be chosen from.
  constructor(canvas, cellOf, chooser) {
    this.canvas = canvas;
    this.cellOf = cellOf;
    this.chooser = chooser;
    this.observer = new MutationObserver(() => this.draw());
    this.observer.observe(canvas, { subtree: true, childList: true, characterData: true });
  }

  draw() {
    for (const place of this.canvas.querySelectorAll(CELLS)) {
      const cell = this.cellOf(place.dataset.elementId);
      const options = cell && this.chooser.optionsOf(cell.column);
      const caption = options ? captionOf(cell.text, place.classList.contains("input-cell"), options) : "";
      if (caption) place.dataset.caption = caption;
      else delete place.dataset.caption;
    }
  }

  close() {
    this.observer.disconnect();
  }
}
