// Elements out of a text, for the editors. Our pages allow no styles inside a text; they are set on the elements instead,
// which means the same. The build puts this in the place of the package that the editors ask.
import domify from "../node_modules/domify/index.js";

/** @returns {any} */
export default function withStyles(text, page) {
  /** @type {any} */
  const made = domify(text.replaceAll(" style=", " data-style="), page);
  const inside = made.querySelectorAll ? [...made.querySelectorAll("[data-style]")] : [];
  for (const element of [made, ...inside]) {
    const style = element.getAttribute?.("data-style");
    if (!style) continue;
    element.style.cssText = style;
    element.removeAttribute("data-style");
  }
  return made;
}
