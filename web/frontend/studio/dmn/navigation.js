// The buttons by which the parts of a file of decisions are opened; the open one is marked.
import { element } from "../dialogs.js";
import { t } from "../words/say.js";

export default class Navigation {
  constructor(place, open) {
    this.bar = element("nav", "", "dmn-parts");
    this.bar.setAttribute("aria-label", t("Các phần của tệp"));
    this.open = open;
    place.append(this.bar);
  }

  // Draws the buttons anew, when there is more or less to open; whoever stands on one stays on it.
  draw(parts, current) {
    const words = JSON.stringify(parts.map(({ id, label, kind }) => [id, label, kind]));
    if (words !== this.words) this.make(parts);
    this.words = words;
    for (const button of this.bar.children) {
      if (button.dataset.part === current) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  make(parts) {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.part;
    this.bar.replaceChildren(...parts.map((part) => this.button(part)));
    [...this.bar.children].find((one) => focused && one.dataset.part === focused)?.focus();
  }

  button(part) {
    const made = Object.assign(element("button", part.label), { type: "button" });
    made.dataset.part = part.id;
    if (part.kind) made.append(element("span", part.kind, "hint"));
    made.addEventListener("click", () => this.open(part.id));
    return made;
  }
}
