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
  static async open(place, text, { catalogue, changed }) {
    const editor = new FormJs({
      container: place.canvas,
      additionalModules: [OURS],
      propertiesPanel: { parent: place.panel },
      fieldKinds: catalogue.field_kinds ?? [],
    });
    try {
      await editor.importSchema(JSON.parse(text));
      return new FormEditor(place, editor, text, changed);
    } catch (error) {
      editor.destroy();
      throw error;
    }
  }

  constructor(place, editor, text, changed) {
    super();
    Object.assign(this, { place, editor, original: text });
    const idsOf = ({ dataset }) => [dataset.id];
    this.marks = new Marks(place.canvas, FIELDS, idsOf);
    this.changes = new Marks(place.canvas, FIELDS, idsOf, "has-change");
    this.opened = structuredClone(editor.saveSchema());
    editor.on("commandStack.changed", changed);
  }

  async text() {
    return mergeJson(this.original, this.opened, this.editor.saveSchema());
  }

  mark(problems) {
    this.marks.set(problems.map((problem) => this.field(problem.element)?.id));
  }

  // A change names a field by its key.
  compare(changes) {
    const changed = new Set(changes.map(({ element }) => element));
    const fields = this.editor.saveSchema().components.filter(({ key, id }) => changed.has(key ?? id));
    this.changes.set(fields.map(({ id }) => id));
  }

  // A problem's place is a way into the document: components[3].key.
  field(way) {
    const number = /^components\[(\d+)\]/.exec(way ?? "")?.[1];
    return number === undefined ? undefined : this.editor.saveSchema().components[number];
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
    this.editor.destroy();
    super.close();
  }
}
