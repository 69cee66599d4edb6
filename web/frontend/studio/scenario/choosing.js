// Dialogs in which the cells of a scenario are chosen by captions: the answers to a form, and what must be seen.
import { ask, element, labelled, select } from "../dialogs.js";
import { t } from "../words/say.js";
import { pairsOf, readValue, spelled, textOfPairs, withPair } from "./pairs.js";

const ACTS = [
  { label: t("Ghi vào ô"), value: "put", kind: "primary" },
  { label: t("Hủy, quay lại"), value: "" },
];
const UNREADABLE = t("Ô này viết theo cách mà danh sách không đọc được; hãy sửa chữ trong ô.");

// The answers to a form's fields ({value, label, kind, values}); what the cell says beside them stays.
export async function chooseValues(title, fields, text) {
  const pairs = pairsOf(text);
  if (!pairs) return told(title);
  const written = new Map(/** @type {[string, string][]} */ (pairs));
  const controls = fields.map((field) => ({ field, control: controlFor(field, written.get(field.value)) }));
  const rows = controls.map(({ field, control }) => labelled(field.label, control));
  if ((await ask({ title, sentences: [], acts: ACTS, fields: [scrolling(rows)] })) !== "put") return undefined;
  const chosen = controls.reduce((all, { field, control }) => withPair(all, field.value, writtenIn(control, written.get(field.value), field)), pairs);
  return textOfPairs(chosen);
}

// What must be seen: the tasks that are open, the marks that are set, whether the case has ended.
export async function chooseExpectations(title, { tasks, marks, process }, text) {
  const pairs = pairsOf(text);
  if (!pairs) return told(title);
  const written = new Map(/** @type {[string, string][]} */ (pairs));
  const own = tasks.filter(({ value, processes }) => !processes || processes.includes(process) || names(written.get("open")).includes(value));
  const open = ticks(t("Việc đang mở"), own, written.get("open"));
  const marked = ticks(t("Mốc đã ghi"), marks, written.get("marks"));
  const ends = select([{ value: "", label: t("Không xét") }, { value: "true", label: t("Đã kết thúc") }, { value: "false", label: t("Chưa kết thúc") }], written.get("finished") ?? "");
  const fields = [scrolling([open.list, marked.list, labelled(t("Hồ sơ"), ends)])];
  if ((await ask({ title, sentences: [], acts: ACTS, fields })) !== "put") return undefined;
  const sets = [["open", open.written()], ["marks", marked.written()], ["finished", ends.value]];
  return textOfPairs(sets.reduce((all, [name, value]) => withPair(all, name, value), pairs));
}

async function told(title) {
  await ask({ title, sentences: [UNREADABLE], acts: [{ label: t("Đóng"), value: "" }] });
}

function controlFor({ kind, values }, written) {
  const value = written === undefined ? "" : readValue(written);
  if (values?.length) return select(known([{ value: "", label: t("— không ghi —") }, ...values], String(value ?? written)), String(value ?? written));
  const type = { number: "number", date: "date" }[kind] ?? "text";
  return Object.assign(document.createElement("input"), { type, value: value ?? written, step: "any" });
}

// What is chosen as the cell has it; a value that nobody changed stays as it was written.
function writtenIn(control, before, { kind }) {
  if (control.value === "") return "";
  if (before !== undefined && String(readValue(before) ?? before) === control.value) return before;
  return kind === "number" || kind === "flag" ? control.value : spelled(control.value);
}

function known(options, value) {
  return options.some((one) => one.value === value) ? options : [...options, { value, label: value }];
}

// Ticks for a list; nothing is written while nobody has said that the list counts.
function ticks(title, options, written) {
  const chosen = names(written);
  const list = element("fieldset", "", "cell-choices");
  const counts = box(t("Xét danh sách này"), written !== undefined);
  const boxes = options.map(({ value, label }) => box(label, chosen.includes(value), value));
  for (const one of boxes) one.input.addEventListener("change", () => (counts.input.checked = true));
  list.append(element("legend", title), counts.row, ...boxes.map(({ row }) => row));
  const values = () => boxes.filter(({ input }) => input.checked).map(({ input }) => input.value);
  return { list, written: () => (counts.input.checked ? spelled(values()) : "") };
}

function names(written) {
  return written === undefined ? [] : [readValue(written)].flat().map(String);
}

function box(label, checked, value = "on") {
  const row = element("label", "", "choice");
  const input = Object.assign(document.createElement("input"), { type: "checkbox", value, checked, className: "form-check-input" });
  row.append(input, element("span", label));
  return { row, input };
}

function scrolling(rows) {
  const list = element("div", "", "studio-choices");
  list.append(...rows);
  return list;
}
