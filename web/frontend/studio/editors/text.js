// The editor of what has no drawing: scenarios, and files that the other editors cannot show.
import { element, labelled } from "../dialogs.js";
import { t } from "../words/say.js";
import Editor from "./editor.js";

export default class TextEditor extends Editor {
  // `note` says why there is no drawing.
  static async open(place, text, { changed, chosen }, note = "") {
    return new TextEditor(place, text, { changed, chosen }, note);
  }

  constructor(place, text, { changed, chosen }, note) {
    super();
    this.place = place;
    this.note = note;
    this.ending = text.includes("\r\n") ? "\r\n" : "\n";
    this.area = Object.assign(document.createElement("textarea"), { value: text, spellcheck: false });
    this.area.addEventListener("input", changed);
    for (const name of ["click", "keyup"]) this.area.addEventListener(name, () => chosen({ line: this.line() }));
    const sheet = element("div", "", "studio-text");
    sheet.append(labelled(t("Nội dung tệp"), this.area));
    place.canvas.append(sheet);
    place.panel.append(element("p", t("Sửa trực tiếp nội dung tệp ở bên trái."), "studio-panel-note"));
  }

  // A text area knows one kind of line end; the file keeps its own.
  async text() {
    return this.area.value.replaceAll("\n", this.ending);
  }

  // The line with the cursor, from 1.
  line() {
    return this.area.value.slice(0, this.area.selectionStart).split("\n").length;
  }

  // Puts the cursor into a problem's line.
  show(_element, line) {
    const lines = this.area.value.split("\n");
    const start = lines.slice(0, Math.max(0, line - 1)).join("\n").length + (line > 1 ? 1 : 0);
    this.area.focus();
    this.area.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
    return true;
  }
}
