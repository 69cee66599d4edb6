// The panel beside a form: what the server reads of the chosen field, and nothing else. The form editor takes it for
// its own properties panel.
import { element, labelled, select } from "../dialogs.js";
import { t } from "../words/say.js";
import { conditionControl } from "./condition.js";
import { controlsOf } from "./fields.js";
import { optionsControl } from "./options.js";

export default class Panel {
  static $inject = ["eventBus", "selection", "modeling", "formEditor", "config.propertiesPanel", "config.fieldKinds"];

  constructor(eventBus, selection, modeling, formEditor, { parent }, kinds) {
    this.selection = selection;
    this.modeling = modeling;
    this.formEditor = formEditor;
    this.kinds = kinds;
    this.box = element("div", "", "studio-side");
    parent.append(this.box);
    eventBus.on(["selection.changed", "import.done", "commandStack.reverted"], () => this.draw());
    eventBus.on("form.destroy", () => this.box.remove());
  }

  // What the form editor calls on its panel.
  attachTo() {}
  detach() {}
  registerProvider() {}

  draw() {
    const field = this.selection.get();
    const controls = field ? controlsOf(field, this.kinds) : [];
    const focused = this.inputs().indexOf(document.activeElement);
    if (!controls.length) {
      this.box.replaceChildren(element("p", t("Kéo một ô vào biểu mẫu, hoặc chọn một ô để sửa."), "hint"));
      return;
    }
    this.box.replaceChildren(...controls.map((control) => this.control(field, control)));
    this.inputs()[focused]?.focus();
  }

  inputs() {
    return [...this.box.querySelectorAll("input, select, textarea, button")];
  }

  control(field, { control, label, at, options, hint, redraw }) {
    if (control === "condition")
      return conditionControl(field, this.above(field), (changes, again) => this.edit(field, changes, again));
    if (control === "options") return optionsControl(field, (changes, again) => this.edit(field, changes, again));
    const change = (value) => this.edit(field, fitting(placed(field, at, value), at), redraw);
    const value = valueAt(field, at);
    const made = { text: textInput, number: numberInput, tick: tickInput, choice: choiceInput }[control](
      value,
      change,
      options,
    );
    return control === "tick" ? ticked(label, made) : labelled(label, made, hint);
  }

  edit(field, changes, redraw = false) {
    if ("key" in changes && !this.free(field, changes.key)) return;
    this.modeling.editFormField(field, changes);
    if (redraw) this.draw();
  }

  // Whether no other field has this key; the form editor cannot hold two.
  free(field, key) {
    return Boolean(key) && this.components().every((other) => other === field || other.key !== key);
  }

  components() {
    return this.formEditor._getState().schema.components;
  }

  // The fields that a condition may look at: those above.
  above(field) {
    const all = this.components();
    return all
      .slice(
        0,
        all.findIndex((one) => one.id === field.id),
      )
      .filter((one) => one.key);
  }
}

function valueAt(field, at) {
  return at.reduce((holder, key) => holder?.[key], field);
}

// The change that puts a value at its place; an empty one leaves no trace.
// What only some kinds have goes with the kind: the server refuses it elsewhere.
function fitting(changes, at) {
  if (at.join(".") !== "properties.kind") return changes;
  const { multiple, pictures, ...kept } = changes.properties ?? {};
  return { ...changes, properties: Object.keys(kept).length ? kept : undefined };
}

function placed(field, [key, inner], value) {
  if (!inner) return { [key]: value };
  const { [inner]: _old, ...others } = field[key] ?? {};
  const next = value === undefined ? others : { ...others, [inner]: value };
  return { [key]: Object.keys(next).length ? next : undefined };
}

function textInput(value, change) {
  const lines = String(value ?? "").length > 60 || String(value ?? "").includes("\n");
  const made = Object.assign(document.createElement(lines ? "textarea" : "input"), { value: value ?? "" });
  made.addEventListener("change", () => change(made.value || undefined));
  return made;
}

function numberInput(value, change) {
  const made = Object.assign(document.createElement("input"), { type: "number", step: "any", value: value ?? "" });
  made.addEventListener("change", () => change(made.value === "" ? undefined : Number(made.value)));
  return made;
}

function choiceInput(value, change, options) {
  const made = select(options, value ?? options[0].value);
  made.addEventListener("change", () => change(made.value || undefined));
  return made;
}

function tickInput(value, change) {
  const made = Object.assign(document.createElement("input"), {
    type: "checkbox",
    checked: value === true || value === "true",
  });
  made.addEventListener("change", () => change(made.checked || undefined));
  return made;
}

function ticked(label, input) {
  const made = element("label", "", "choice");
  input.className = "form-check-input";
  made.append(input, element("span", label));
  return made;
}
