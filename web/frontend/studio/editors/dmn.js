// The editor of decision tables: dmn-js with our words; cells are written in the engine's language, not in FEEL.
import Modeler from "dmn-js/lib/Modeler";

import { mergeXml } from "../merge/xml.js";
import { translator } from "../words/translate.js";
import words from "../words/dmn.json";
import { t } from "../words/say.js";
import Editor from "./editor.js";
import Marks from "./marks.js";

const OURS = { translate: ["value", translator(words)] };
const LANGUAGE = { options: [{ value: "python", label: t("Biểu thức") }], defaults: { editor: "python" } };
const TYPES = ["string", "number", "integer", "boolean"];
const CELLS = "[data-element-id], [data-row-id]";
const VIEWS = ["drd", "decisionTable", "literalExpression", "boxedExpression"];

export default class DmnEditor extends Editor {
  static async open(place, text, { changed }) {
    const each = Object.fromEntries(VIEWS.map((view) => [view, { additionalModules: [OURS] }]));
    const modeler = new Modeler({
      container: place.canvas,
      common: { expressionLanguages: LANGUAGE, dataTypes: TYPES },
      ...each,
    });
    try {
      const { warnings } = await modeler.importXML(text, { open: false });
      const editor = new DmnEditor(place, modeler, { text, warnings, changed });
      await editor.begin();
      return editor;
    } catch (error) {
      modeler.destroy();
      throw error;
    }
  }

  constructor(place, modeler, { text, warnings, changed }) {
    super();
    Object.assign(this, { place, modeler, original: text, changed, watched: new Set() });
    this.note = warnings.length ? t("Tệp có phần mà trình vẽ không hiểu; phần đó được giữ nguyên khi lưu.") : "";
    const idsOf = ({ dataset }) => [dataset.elementId, dataset.rowId];
    this.marks = new Marks(place.canvas, CELLS, idsOf);
    this.changes = new Marks(place.canvas, CELLS, idsOf, "has-change");
    place.panel.append(panelNote());
  }

  async begin() {
    const views = this.modeler.getViews();
    const table = views.find((view) => view.type === "decisionTable") ?? views[0];
    this.opened = (await this.modeler.saveXML({ format: true })).xml;
    this.modeler.on("views.changed", () => this.watch());
    await this.modeler.open(table);
    this.watch();
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
    return mergeXml(this.original, this.opened, xml, true);
  }

  mark(problems) {
    this.marks.set(problems.map((problem) => problem.element));
  }

  compare(changes) {
    this.changes.set(changes.map(({ element }) => element));
  }

  show(id) {
    const cell = this.place.canvas.querySelector(
      `[data-element-id="${CSS.escape(id)}"], [data-row-id="${CSS.escape(id)}"]`,
    );
    cell?.scrollIntoView({ block: "center" });
    return Boolean(cell);
  }

  close() {
    this.marks.close();
    this.changes.close();
    this.modeler.destroy();
    super.close();
  }
}

function panelNote() {
  const note = document.createElement("div");
  note.className = "studio-panel-note";
  const lines = [
    t("Ô điều kiện: để trống là trường hợp nào cũng được."),
    t('Một giá trị: "education". Nhiều giá trị: ? in ("a", "b"). Khoảng số: 60 <= ? < 80.'),
    t('Ô kết quả: chữ đặt trong dấu nháy, ví dụ "department"; không có thì ghi None.'),
  ];
  note.append(...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line })));
  return note;
}
