// Which comparisons suit which kind of name, and what a row becomes when another one is chosen.
const ORDER = ["=", "!=", "<", "<=", ">", ">="];
const OF_KIND = {
  text: ["=", "!=", "in", "out"],
  number: ORDER,
  date: ORDER,
  flag: ["="],
  list: ["has", "lacks"],
};
const OF_NOTHING = { "=": "empty", "!=": "filled" };

// The comparisons that can be chosen for a kind of name.
export function signsOf(kind) {
  return [...(OF_KIND[kind] ?? [...ORDER, "in", "out"]), "empty", "filled"];
}

// The comparison of a row as it is shown.
export function signOf({ sign, value }) {
  return value === null ? OF_NOTHING[sign] : sign;
}

export function kindOf(value) {
  if (value?.date !== undefined) return "date";
  return { number: "number", boolean: "flag" }[typeof value] ?? "";
}

// The first thing that can be said of a name.
export function beginning({ value: name, kind, values }) {
  const sign = (OF_KIND[kind] ?? ["="])[0];
  return { name, sign, value: firstValue(kind, values) };
}

function firstValue(kind, values) {
  if (kind === "number") return 0;
  if (kind === "flag") return true;
  if (kind === "date") return { date: new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" }) };
  return (values ?? []).find(({ value }) => value !== "")?.value ?? "";
}

// The row with another comparison, and the value as that needs it.
export function compared(row, sign, known) {
  if (sign === "empty" || sign === "filled") return { ...row, sign: sign === "empty" ? "=" : "!=", value: null };
  const value = row.value === null ? firstValue(known?.kind, known?.values) : row.value;
  if (sign === "in" || sign === "out") return { ...row, sign, value: [value].flat() };
  return { ...row, sign, value: Array.isArray(value) ? value[0] : value };
}
