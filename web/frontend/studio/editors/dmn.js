// The editor of decisions: dmn-js with our words draws requirements, tables and expressions, one of them at a time. Texts
// are written in the file's language; what dmn-js cannot draw is shown and stays as it is.
import Modeler from "dmn-js/lib/Modeler";

import { element } from "../dialogs.js";
import { withDrawing } from "../dmn/layout.js";
import Navigation from "../dmn/navigation.js";
import Captions from "../dmn/captions.js";
import CellChooser from "../dmn/cell-chooser.js";
import DmnPanel from "../dmn/panel.js";
import { asEdited, FEEL, isFeelFile } from "../dmn/versions.js";
import { ownersOf, partsOf } from "../dmn/views.js";
import { parse } from "../merge/xml-text.js";
import { mergeXml } from "../merge/xml.js";
import { t } from "../words/say.js";
import { translator } from "../words/translate.js";
import words from "../words/dmn.json";
import { groupBy } from "../grouping.js";
import { problemBadge } from "./badge.js";
import Editor from "./editor.js";
import Marks from "./marks.js";

const OURS = { translate: ["value", translator(words)] };
const LANGUAGES = [
  { value: "python", label: t("Biểu thức") },
  { value: FEEL, label: "FEEL" },
];
const TYPES = ["string", "number", "integer", "boolean"];
const FEEL_TYPES = ["date", "time", "dateTime", "dayTimeDuration", "yearMonthDuration", "Any"];
const EXPRESSIONS = ".dmn-literal-expression-container, .dmn-boxed-expression-container";
const CELLS = `[data-element-id], [data-row-id], ${EXPRESSIONS}`;
const VIEWS = ["drd", "decisionTable", "literalExpression", "boxedExpression"];

export default class DmnEditor extends Editor {
  static async open(place, text, { api, path, changed, chosen }) {
    // What is typed as text needs no list.
    const names = await api.names(path).catch(() => []);
    const file = { ...asEdited(text), isFeel: isFeelFile(text) };
    const sheet = element("div", "", "dmn-sheet");
    const canvas = element("div", "", "dmn-place");
    sheet.append(canvas);
    place.canvas.append(sheet);
    const each = Object.fromEntries(VIEWS.map((view) => [view, { additionalModules: [OURS] }]));
    const editor = file.isFeel ? FEEL : LANGUAGES[0].value;
    const modeler = new Modeler({
      container: canvas,
      common: {
        expressionLanguages: { options: LANGUAGES, defaults: { editor } },
        dataTypes: file.isFeel ? [...TYPES, ...FEEL_TYPES] : TYPES,
      },
      ...each,
    });
    try {
      const { warnings } = await modeler.importXML(withDrawing(file.text), { open: false });
      const made = new DmnEditor({ place, sheet, canvas, modeler, file, names, changed, chosen }, warnings);
      await made.begin();
      return made;
    } catch (error) {
      modeler.destroy();
      throw error;
    }
  }

  constructor({ place, sheet, canvas, modeler, file, names, changed, chosen }, warnings) {
    super();
    this.place = place;
    this.sheet = sheet;
    this.canvas = canvas;
    this.modeler = modeler;
    this.file = file;
    this.names = names;
    this.changed = changed;
    this.chosen = chosen;
    this.watched = new Set();
    this.told = [];
    this.current = "";
    this.original = parse(this.file.text);
    this.note = warnings.length ? t("Tệp có phần mà trình vẽ không hiểu; phần đó được giữ nguyên khi lưu.") : "";
    const idsOf = ({ dataset }) => (dataset.elementId || dataset.rowId ? [dataset.elementId, dataset.rowId] : [this.current]);
    this.marks = new Marks(this.canvas, CELLS, idsOf);
    this.changes = new Marks(this.canvas, CELLS, idsOf, "has-change");
    this.remarks = new Marks(this.canvas, CELLS, idsOf, "has-comment");
    this.navigation = new Navigation(this.sheet, (id) => this.turn(id));
    this.sheet.prepend(this.navigation.bar);
    this.chooser = new CellChooser(this.place.panel, this.names, this.file.isFeel);
    this.panel = new DmnPanel(this.place.panel, this.file.isFeel);
    // A cell that is drawn anew when it is chosen takes the focus before it stands in the page.
    for (const name of ["focusin", "click"])
      this.canvas.addEventListener(name, ({ target }) => this.choose(target.closest(CELLS)));
    this.captions = new Captions(this.canvas, (id) => this.cellOf(id), this.chooser);
  }

  // Opens with the table of a file that has one, with the drawing of one that has several parts.
  async begin() {
    this.opened = (await this.modeler.saveXML({ format: true })).xml;
    this.modeler.on("views.changed", () => this.follow());
    const parts = this.parts();
    const logics = parts.filter(({ type }) => type !== "drd" && type !== "service");
    const first = logics.length === 1 ? logics[0] : (parts.find(({ type }) => type === "drd") ?? parts[0]);
    await this.turn(first?.id);
  }

  parts() {
    return partsOf(this.modeler, this.original);
  }

  // Opens a part of the file; says whether there is one.
  async turn(id) {
    const part = this.parts().find((one) => one.id === id);
    if (!part) return false;
    this.shown?.remove();
    this.canvas.hidden = !part.view;
    this.current = id;
    if (part.view) await this.modeler.open(part.view);
    if (part.type === "drd") this.modeler.getActiveViewer().get("canvas").zoom("fit-viewport", "auto");
    if (!part.view) this.sheet.append((this.shown = textSheet(part)));
    this.follow();
    return true;
  }

  // Something else is open, by one of our buttons or one of dmn-js, or there are other parts to open.
  follow() {
    const view = this.modeler.getActiveView();
    if (!this.canvas.hidden && view) this.current = view.element.id;
    this.navigation.draw(this.parts(), this.current);
    this.watch();
    this.mark(this.told);
  }

  // Each view has its own steps; those of the open one are listened to.
  watch() {
    const viewer = this.modeler.getActiveViewer();
    if (!viewer || this.watched.has(viewer)) return;
    this.watched.add(viewer);
    viewer.on("elements.changed", () => this.changed());
  }

  async text() {
    const { xml } = await this.modeler.saveXML({ format: true });
    return this.file.restored(mergeXml(this.file.text, this.opened, xml, true));
  }

  // A problem is marked at its cell, and where the decision that has the cell is drawn.
  mark(problems) {
    this.told = problems;
    this.owners = ownersOf(this.modeler);
    const sentences = groupBy(problems, (problem) => problem.element);
    this.marks.set(this.withOwners([...sentences.keys()]), sentences);
    this.badges();
    this.speak(document.activeElement?.closest?.(CELLS));
  }

  // On the drawing, the number of each decision's problems.
  badges() {
    if (this.modeler.getActiveView()?.type !== "drd") return;
    const [overlays, registry] = ["overlays", "elementRegistry"].map((name) => this.modeler.getActiveViewer().get(name));
    overlays.remove({ type: "problem" });
    for (const [id, problems] of groupBy(this.told, ({ element: id }) => this.owners.get(id) ?? id)) {
      if (!registry.get(id)?.parent) continue;
      overlays.add(id, "problem", { position: { top: -12, right: 12 }, html: problemBadge(problems) });
    }
  }

  // The cursor is in a cell.
  choose(cell) {
    this.speak(cell);
    this.chosen({ element: cell?.dataset.elementId ?? cell?.dataset.rowId ?? this.current });
  }

  // Says in the panel what is wrong at a cell, or else in the whole part that is open.
  speak(cell) {
    const ids = cell ? [cell.dataset.elementId, cell.dataset.rowId] : [];
    if (cell) this.chooser.show(this.cellOf(cell.dataset.elementId));
    const here = this.told.filter((problem) => ids.includes(problem.element));
    const inside = ({ element: id }) => this.current === (this.owners.get(id) ?? id) || !this.owners.has(this.current);
    this.panel.say(here.length ? here : this.told.filter(inside));
  }

  remark(comments) {
    this.remarks.set(this.withOwners(comments.map(({ element: id }) => id)));
  }

  // A cell of the open table by its id: {column, text, put}.
  cellOf(id) {
    if (!id || this.modeler.getActiveView()?.type !== "decisionTable") return undefined;
    const viewer = this.modeler.getActiveViewer();
    const cell = viewer.get("elementRegistry").get(id);
    const column = cell?.col?.businessObject;
    if (!column || !cell.row?.businessObject) return undefined;
    const { businessObject } = cell;
    return { column, text: businessObject.text ?? "", put: (text) => viewer.get("modeling").editCell(businessObject, text) };
  }

  compare(changes) {
    this.changes.set(this.withOwners(changes.map(({ element: id }) => id)));
  }

  withOwners(ids) {
    const owners = ownersOf(this.modeler);
    return [...ids, ...ids.map((id) => owners.get(id)).filter(Boolean)];
  }

  // Opens the part in which an element stands, and brings it into sight.
  show(id) {
    const owner = ownersOf(this.modeler).get(id);
    const part = this.parts().find((one) => one.id === (owner ?? id)) ?? (owner && this.parts()[0]);
    if (!part) return false;
    const turned = this.current === part.id ? Promise.resolve() : this.turn(part.id);
    turned.then(() => this.cell(id)?.scrollIntoView({ block: "center" }));
    return true;
  }

  cell(id) {
    return this.canvas.querySelector(`[data-element-id="${CSS.escape(id)}"], [data-row-id="${CSS.escape(id)}"]`);
  }

  close() {
    this.captions.close();
    this.marks.close();
    this.changes.close();
    this.remarks.close();
    this.modeler.destroy();
    super.close();
  }
}

// What no editor draws: its text, and that it stays as it is.
function textSheet({ label, text }) {
  const sheet = element("div", "", "studio-text dmn-text");
  const sentence = t("Trình vẽ không sửa được phần này; nội dung dưới đây chỉ để xem và được giữ nguyên khi lưu.");
  sheet.append(element("h2", label), element("p", sentence, "hint"), element("pre", text));
  sheet.lastChild.tabIndex = 0;
  return sheet;
}
