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
    this.marks = new Marks(place.canvas, ".fjs-element[data-id]", ({ dataset }) => [dataset.id]);
    this.opened = structuredClone(editor.saveSchema());
    editor.on("commandStack.changed", changed);
  }

  async text() {
    return mergeJson(this.original, this.opened, this.editor.saveSchema());
  }

  mark(problems) {
    this.marks.set(problems.map((problem) => this.field(problem.element)?.id));
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
    this.editor.destroy();
    super.close();
  }
}
