// The way that one has come from file to file, and the button back.
import { t } from "./words/say.js";

const LONGEST = 50;

export default class Trail {
  // `show` brings a place into sight: {path, element, line}.
  constructor(root, show) {
    this.places = [];
    this.button = root.querySelector("[data-back]");
    this.button.addEventListener("click", () => this.back(show));
  }

  // Another file is about to be opened.
  leave(path, element, next) {
    if (!path || path === next || this.returning) return;
    this.places = [...this.places.slice(-LONGEST), { path, element, line: 0 }];
    this.draw();
  }

  async back(show) {
    const place = this.places.pop();
    this.returning = true;
    await show(place).finally(() => (this.returning = false));
    this.draw();
  }

  draw() {
    const place = this.places.at(-1);
    this.button.hidden = !place;
    if (place) this.button.title = t("Quay lại {name}", { name: place.path.split("/").at(-1) });
  }
}
