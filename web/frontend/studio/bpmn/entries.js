// The fields of our panel groups: each is described by what it reads and writes, and drawn by the properties panel.
import {
  CheckboxEntry,
  CheckboxGroup,
  Group,
  NumberFieldEntry,
  SelectEntry,
  TextAreaEntry,
  TextFieldEntry,
  isCheckboxEntryEdited,
  isNumberFieldEntryEdited,
  isSelectEntryEdited,
  isTextAreaEntryEdited,
  isTextFieldEntryEdited,
} from "@bpmn-io/properties-panel";
import { h } from "@bpmn-io/properties-panel/preact";
import { debounce } from "min-dash";

import { t } from "../words/say.js";

const PAUSE = 250;
// One for all fields: a new one at each drawing would forget what is being typed.
const patient = (call) => debounce(call, PAUSE);

// A field takes `get` and `set` without arguments but the value; an empty value is undefined.
function drawn(Entry, isEdited) {
  const Component = ({ get, set, options, ...rest }) =>
    h(Entry, {
      ...rest,
      debounce: patient,
      getValue: () => get() || undefined,
      setValue: (value) => (value ?? "") !== (get() ?? "") && set(value ?? ""),
      ...(options && { options, getOptions: () => options }),
    });
  return (id, label, field) => ({ id, label, component: Component, isEdited, ...field });
}

export const choice = drawn(SelectEntry, isSelectEntryEdited);
export const line = drawn(TextFieldEntry, isTextFieldEntryEdited);
export const lines = drawn(TextAreaEntry, isTextAreaEntryEdited);
export const number = drawn(NumberFieldEntry, isNumberFieldEntryEdited);
export const tick = drawn(CheckboxEntry, isCheckboxEntryEdited);
export const ticks = drawn(CheckboxGroup, () => false);

// A group of fields, open at once; none when it has no fields.
export function group(id, label, entries) {
  const fields = entries.filter(Boolean);
  return fields.length ? { id, label, component: Group, entries: fields, shouldOpen: true } : null;
}

// The options of a choice among what exists: nothing, the known ones, and what is written although it is not known.
export function among(known, value, nothing = t("— chưa chọn —")) {
  const options = [{ value: "", label: nothing }, ...known];
  return !value || known.some((one) => one.value === value)
    ? options
    : [...options, { value, label: t("{value} (không có trong danh sách)", { value }) }];
}
