// What can be chosen where an expression is wanted: names of data in words, units, whole lists of both.
import { t } from "../words/say.js";
import { quoted } from "./literal.js";

const UNKNOWN = "";

// The options of names of some kinds, those known at the place first; values are the names.
export function nameOptions({ here, elsewhere }, fits) {
  const lists = [
    [t("Đã có ở chỗ này"), here],
    [t("Có ở bước khác hoặc quy trình khác"), elsewhere],
  ];
  return groupsOf(lists.map(([label, names]) => [label, names.filter(fits).map(shown)]));
}

// The options of a unit, as expressions: what a name holds, the unit above it, a unit of the province.
export function unitOptions({ here, elsewhere }, units) {
  const names = [...here, ...elsewhere].filter(({ unit }) => unit);
  const above = names.map(({ value, label }) => ({ value: `unit_above(${value})`, label: t("Cấp trên của “{name}”", { name: label }) }));
  const kinds = [...new Set(units.map(({ kind }) => kind))];
  return groupsOf([
    [t("Đơn vị ghi trong dữ liệu"), names.map(shown)],
    [t("Đơn vị cấp trên"), above],
    ...kinds.map((kind) => [kind, units.filter((unit) => unit.kind === kind).map(fixed)]),
  ]);
}

// Options in groups, those without any left out, after the choice of nothing; what is chosen is offered in any case.
export function withChosen(groups, value, nothing = t("— chưa chọn —")) {
  const known = groups.flatMap(({ children }) => children);
  const lost = value && !known.some((one) => one.value === value) ? [{ value, label: t("{value} (biểu thức)", { value }) }] : [];
  return [...(nothing === null ? [] : [{ value: "", label: nothing }]), ...lost, ...groups];
}

export function isNumber({ kind }) {
  return kind === "number";
}

// Lists, and what may be one because nobody knows its kind.
export function isList({ kind }) {
  return kind === "list" || kind === UNKNOWN;
}

export function isDay({ kind }) {
  return kind === "date";
}

export function isMoment({ kind, value }) {
  return kind === "moment" || value === "due";
}

function groupsOf(lists) {
  return lists.filter(([, children]) => children.length).map(([label, children]) => ({ label, children }));
}

function shown({ value, label }) {
  return { value, label: label === value ? value : `${label} (${value})` };
}

function fixed({ value, label }) {
  return { value: quoted(value), label: `${label} (${value})` };
}
