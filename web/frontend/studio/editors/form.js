// The editor of forms: form-js with our panel, offering the fields that the server reads.
import { FormEditor as FormJs } from "@bpmn-io/form-js-editor";

import Limits from "../form/limits.js";
import Panel from "../form/panel.js";
import { mergeJson } from "../merge/json.js";
import Editor from "./editor.js";
import Marks from "./marks.js";

const OURS = {
  __init__: ["limits"],
  limits: ["type", Limits],
  propertiesPanel: ["type", Panel],
  propertiesProvider: ["value", null],
};

const FIELDS = ".fjs-element[data-id]";

export default class FormEditor extends Editor {
  static async open(place, text, { catalogue, changed, chosen }) {
    const editor = new FormJs({
      container: place.canvas,
      additionalModules: [OURS],
      propertiesPanel: { parent: place.panel },
      fieldKinds: catalogue.field_kinds ?? [],
    });
    try {
      await editor.importSchema(JSON.parse(text));
      return new FormEditor(place, editor, text, { changed, chosen });
    } catch (error) {
      editor.destroy();
      throw error;
    }
  }

  constructor(place, editor, text, { changed, chosen }) {
    super();
    this.place = place;
    this.editor = editor;
    this.original = text;
    const idsOf = ({ dataset }) => [dataset.id];
    this.marks = new Marks(place.canvas, FIELDS, idsOf);
    this.changes = new Marks(place.canvas, FIELDS, idsOf, "has-change");
    this.remarks = new Marks(place.canvas, FIELDS, idsOf, "has-comment");
    this.opened = structuredClone(editor.saveSchema());
    editor.on("commandStack.changed", changed);
    editor.on("selection.changed", ({ selection }) => chosen({ element: selection?.key ?? selection?.id ?? "" }));
  }

  async text() {
    return mergeJson(this.original, this.opened, this.editor.saveSchema());
  }

  mark(problems) {
    this.marks.set(problems.map((problem) => this.field(problem.element)?.id));
  }

  compare(changes) {
    this.changes.set(this.named(changes));
  }

  remark(comments) {
    this.remarks.set(this.named(comments));
  }

  // A change or a remark names a field by its key.
  named(places) {
    const keys = new Set(places.map(({ element }) => element));
    return this.editor.saveSchema().components.filter(({ key, id }) => keys.has(key ?? id)).map(({ id }) => id);
  }

  // A problem's place is a way into the document: components[3].key.
  field(way) {
    const number = /^components\[(\d+)\]/.exec(way ?? "")?.[1];
    const { components } = this.editor.saveSchema();
    return number === undefined ? components.find(({ key, id }) => way && way === (key ?? id)) : components[number];
  }

  show(way) {
    const field = this.field(way);
    if (!field) return false;
    this.editor.get("selection").set(this.editor.get("formFieldRegistry").get(field.id));
    return true;
  }

  close() {
    this.marks.close();
    this.changes.close();
    this.remarks.close();
    this.editor.destroy();
    super.close();
  }
}
