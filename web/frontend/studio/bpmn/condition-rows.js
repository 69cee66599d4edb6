// A condition as rows to choose from: name, comparison, value. Every change writes the condition; nothing is kept here.
import { h } from "@bpmn-io/properties-panel/preact";

import { t } from "../words/say.js";
import { among } from "./entries.js";
import { rowsOf, textOf } from "./condition-text.js";

const SIGNS = {
  "=": t("là"),
  "!=": t("không phải là"),
  in: t("là một trong"),
  "<": t("nhỏ hơn"),
  "<=": t("không quá"),
  ">": t("lớn hơn"),
  ">=": t("từ"),
  has: t("có chứa"),
  lacks: t("không chứa"),
  empty: t("chưa có"),
  filled: t("đã có"),
};
const ORDER = ["=", "!=", "<", "<=", ">", ">="];
const OF_KIND = {
  text: ["=", "!=", "in"],
  number: ORDER,
  date: ORDER,
  flag: ["="],
  list: ["has", "lacks"],
};
const FLAGS = [
  { value: "true", label: t("có") },
  { value: "false", label: t("không") },
];
const JOINS = [
  { value: "and", label: t("mọi dòng đều đúng") },
  { value: "or", label: t("ít nhất một dòng đúng") },
];

// The entry of the panel. `get` gives the condition's text, `set` takes one in FEEL, `names` are those to choose from.
export function ConditionRows({ get, set, names }) {
  const said = rowsOf(get() ?? "");
  if (!said)
    return h("p", { class: "studio-panel-note" }, t("Điều kiện này không hiện thành dòng được; hãy sửa ở ô chữ bên dưới."));
  const { join, rows } = said;
  const write = (changed) => set(textOf({ join, rows, ...changed }));
  return h("fieldset", { class: "condition-rows" }, [
    h("legend", {}, t("Chọn từng dòng")),
    rows.length > 1 && chooser(t("Ghép các dòng"), JOINS, join, (word) => write({ join: word })),
    ...rows.map((row, place) =>
      h(Row, {
        key: place,
        ...{ row, place, names },
        change: (next) => write({ rows: rows.with(place, next) }),
        remove: () => write({ rows: rows.toSpliced(place, 1) }),
      }),
    ),
    names.length > 0 && button(t("Thêm dòng"), () => write({ rows: [...rows, beginning(names[0])] })),
  ]);
}

function Row({ row, place, names, change, remove }) {
  const known = names.find((one) => one.value === row.name);
  const kind = known?.kind || kindOf(row.value);
  const signs = [...(OF_KIND[kind] ?? [...ORDER, "in"]), "empty", "filled"];
  const sign = row.value === null ? { "=": "empty", "!=": "filled" }[row.sign] : row.sign;
  const said = (label) => t("{label}, dòng {line}", { label, line: String(place + 1) });
  return h("div", { class: "condition-row" }, [
    chooser(said(t("Tên")), among(names.map(shownName), row.name), row.name, (name) =>
      change(beginning(names.find((one) => one.value === name) ?? { value: name })),
    ),
    chooser(said(t("So sánh")), among(signs.map(signOption), sign), sign, (next) => change(compared(row, next, known))),
    row.value !== null && valueControl(said(t("Giá trị")), { row, kind, known, change }),
    button(t("Bỏ dòng {line}", { line: String(place + 1) }), remove, t("Bỏ")),
  ]);
}

function valueControl(label, { row, kind, known, change }) {
  const say = (value) => change({ ...row, value });
  const typed = (text) => (kind === "number" ? Number(text) || 0 : kind === "date" ? { date: text } : text);
  if (row.sign === "in") return several(label, row.value, known?.values ?? [], say);
  if (kind === "flag") return chooser(label, FLAGS, String(row.value), (word) => say(word === "true"));
  if (known?.values?.length) return chooser(label, among(known.values.filter(named), row.value), row.value, say);
  const type = { number: "number", date: "date" }[kind] ?? "text";
  const value = kind === "date" ? (row.value?.date ?? "") : String(row.value);
  const onChange = ({ target }) => say(typed(target.value));
  return h("input", { class: "bio-properties-panel-input", type, step: "any", value, onChange, "aria-label": label });
}

// Several of the known values, or whatever is written between commas.
function several(label, chosen, values, say) {
  if (!values.length) {
    const onChange = ({ target }) => say(target.value.split(",").map((one) => one.trim()));
    return h("input", { class: "bio-properties-panel-input", value: chosen.join(", "), onChange, "aria-label": label });
  }
  const options = among(values.filter(named), "").slice(1);
  const onChange = ({ target }) => {
    const next = [...target.selectedOptions].map((one) => one.value);
    if (next.length) say(next);
  };
  return h(
    "select",
    { class: "bio-properties-panel-input", multiple: true, size: 5, onChange, "aria-label": label },
    options.map((one) => h("option", { value: one.value, selected: chosen.includes(one.value) }, one.label)),
  );
}

function chooser(label, options, value, say) {
  const onChange = ({ target }) => target.value && say(target.value);
  const made = options.map((one) => h("option", { value: one.value, selected: one.value === value }, one.label));
  return h("select", { class: "bio-properties-panel-input", value, onChange, "aria-label": label }, made);
}

function button(label, onClick, text = label) {
  return h("button", { type: "button", class: "btn btn-sm btn-outline-secondary", onClick, "aria-label": label }, text);
}

function named({ value }) {
  return value !== "";
}

function shownName({ value, label }) {
  return { value, label: label === value ? value : `${label} (${value})` };
}

function signOption(sign) {
  return { value: sign, label: SIGNS[sign] ?? sign };
}

function kindOf(value) {
  if (value?.date !== undefined) return "date";
  return { number: "number", boolean: "flag" }[typeof value] ?? "";
}

// The first thing that can be said of a name.
function beginning({ value: name, kind, values }) {
  const sign = (OF_KIND[kind] ?? ["="])[0];
  return { name, sign, value: firstValue(kind, values) };
}

function firstValue(kind, values) {
  if (kind === "number") return 0;
  if (kind === "flag") return true;
  if (kind === "date") return { date: new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" }) };
  return (values ?? []).find(named)?.value ?? "";
}

// The row with another comparison, and the value as that needs it.
function compared(row, sign, known) {
  if (sign === "empty" || sign === "filled") return { ...row, sign: sign === "empty" ? "=" : "!=", value: null };
  const value = row.value === null ? firstValue(known?.kind, known?.values) : row.value;
  if (sign === "in") return { ...row, sign, value: [value].flat() };
  return { ...row, sign, value: Array.isArray(value) ? value[0] : value };
}
