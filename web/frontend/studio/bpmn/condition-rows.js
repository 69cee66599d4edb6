// A condition as rows to choose from: name, comparison, value; rows in groups. Every change writes the condition; nothing
// is kept here.
import { h } from "@bpmn-io/properties-panel/preact";

import { t } from "../words/say.js";
import { among } from "./entries.js";
import { conditionOf, textOf } from "./condition-text.js";
import { otherJoin, withMore, withPart } from "./condition-tree.js";
import { beginning, compared, kindOf, signOf, signsOf } from "./condition-signs.js";

const SIGNS = {
  "=": t("là"),
  "!=": t("không phải là"),
  in: t("là một trong"),
  out: t("không thuộc"),
  "<": t("nhỏ hơn"),
  "<=": t("không quá"),
  ">": t("lớn hơn"),
  ">=": t("từ"),
  has: t("có chứa"),
  lacks: t("không chứa"),
  empty: t("chưa có"),
  filled: t("đã có"),
};
const FLAGS = [
  { value: "true", label: t("có") },
  { value: "false", label: t("không") },
];
const JOINS = [
  { value: "and", label: t("mọi dòng đều đúng") },
  { value: "or", label: t("ít nhất một dòng đúng") },
];

// The entry of the panel. `get` gives the condition's text, `set` takes one in FEEL, `names` are those to choose from: here
// and elsewhere (see known-here.js).
export function ConditionRows({ get, set, names }) {
  const tree = conditionOf(get() ?? "");
  if (tree.reason)
    return h("div", { class: "studio-panel-note" }, [
      h("p", {}, t("Điều kiện này không hiện thành dòng được; hãy sửa ở ô chữ bên dưới.")),
      h("p", { class: "hint" }, tree.reason),
    ]);
  const write = (changed) => set(textOf(changed));
  const all = [...names.here, ...names.elsewhere];
  const tools = {
    names,
    all,
    change: (way, part) => write(withPart(tree, way, part)),
    add: (way, part) => write(withMore(tree, way, part)),
  };
  return h("fieldset", { class: "condition-rows" }, [h("legend", {}, t("Chọn từng dòng")), ...groupParts(tree, [], tools)]);
}

// What stands in a group: how its rows are joined, its rows and groups, the buttons for one more.
function groupParts(group, way, tools) {
  const first = tools.names.here[0] ?? tools.all[0];
  const { join, rows } = group;
  const at = way.length ? numberOf(way) : "";
  const told = (label) => (at ? t("{label}, nhóm {line}", { label, line: at }) : label);
  const more = (label, part) => button(told(label), () => tools.add(way, part), label);
  // Two rows: one alone needs no brackets and would be read as a row.
  const wrapped = { join: otherJoin(join), rows: [first, first].map((one) => one && beginning(one)) };
  return [
    rows.length > 1 && chooser(told(t("Ghép các dòng")), JOINS, join, (word) => tools.change(way, { join: word, rows })),
    ...rows.map((row, place) =>
      row.rows ? h(Group, { key: place, group: row, way: [...way, place], tools }) : h(Row, { key: place, row, way: [...way, place], tools }),
    ),
    first && h("div", { class: "condition-acts" }, [more(t("Thêm dòng"), beginning(first)), rows.length > 0 && more(t("Thêm nhóm"), wrapped)]),
  ];
}

function Group({ group, way, tools }) {
  return h("fieldset", { class: "condition-group" }, [
    h("legend", {}, t("Nhóm {line}", { line: numberOf(way) })),
    ...groupParts(group, way, tools),
    button(t("Bỏ nhóm {line}", { line: numberOf(way) }), () => tools.change(way, undefined), t("Bỏ nhóm")),
  ]);
}

function Row({ row, way, tools }) {
  const known = tools.all.find((one) => one.value === row.name);
  const kind = known?.kind || kindOf(row.value);
  const sign = signOf(row);
  const line = numberOf(way);
  const said = (label) => t("{label}, dòng {line}", { label, line });
  const change = (next) => tools.change(way, next);
  const renamed = (name) => change(beginning(tools.all.find((one) => one.value === name) ?? { value: name }));
  return h("div", { class: "condition-row" }, [
    nameChooser(said(t("Tên")), tools.names, row.name, renamed),
    chooser(said(t("So sánh")), among(signsOf(kind).map(signOption), sign), sign, (next) => change(compared(row, next, known))),
    row.value !== null && valueControl(said(t("Giá trị")), { row, kind, known, change, names: tools.names }),
    button(t("Bỏ dòng {line}", { line }), () => change(undefined), t("Bỏ")),
  ]);
}

function numberOf(way) {
  return way.map((place) => place + 1).join(".");
}

// The names in two lists, and the one that is written although it is in none.
function nameChooser(label, { here, elsewhere }, value, say) {
  const lost = [...here, ...elsewhere].some((one) => one.value === value) ? [] : among([], value).slice(1);
  const lists = [
    { label: t("Đã có ở chỗ này"), options: here.map(shownName) },
    { label: t("Có ở bước khác hoặc quy trình khác"), options: elsewhere.map(shownName) },
  ];
  const made = lists.filter(({ options }) => options.length).map((one) => h("optgroup", { label: one.label }, options(one.options, value)));
  return selecting(label, value, say, [...options(lost, value), ...made]);
}

function valueControl(label, { row, kind, known, change, names }) {
  const say = (value) => change({ ...row, value });
  const typed = (text) => (kind === "number" ? Number(text) || 0 : kind === "date" ? { date: text } : text);
  if (row.value?.name !== undefined) return nameChooser(label, names, row.value.name, (name) => say({ name }));
  if (row.sign === "in" || row.sign === "out") return several(label, row.value, known?.values ?? [], say);
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
  const strange = chosen.filter((value) => !values.some((one) => one.value === value));
  const offered = [...values.filter(named), ...strange.flatMap((value) => among([], value).slice(1))];
  const onChange = ({ target }) => {
    const next = [...target.selectedOptions].map((one) => one.value);
    if (next.length) say(next);
  };
  return h(
    "select",
    { class: "bio-properties-panel-input", multiple: true, size: 5, onChange, "aria-label": label },
    offered.map((one) => h("option", { value: one.value, selected: chosen.includes(one.value) }, one.label)),
  );
}

function chooser(label, offered, value, say) {
  return selecting(label, value, say, options(offered, value));
}

function options(offered, value) {
  return offered.map((one) => h("option", { value: one.value, selected: one.value === value }, one.label));
}

function selecting(label, value, say, inside) {
  const onChange = ({ target }) => target.value && say(target.value);
  return h("select", { class: "bio-properties-panel-input", value, onChange, "aria-label": label }, inside);
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
