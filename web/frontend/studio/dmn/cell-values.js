// Cells of a decision table as values to choose from: what a cell says, and the text for what was chosen. Cells are in
// FEEL, or in the older language, where a cell of several values is `? in ("a", "b")`.
const LITERAL = /\s*("(?:[^"\\]|\\.)*"|'[^'\\]*'|-?\d+(?:\.\d+)?|[A-Za-z]+)\s*/y;
const WORDS = { true: true, false: false, True: true, False: false, null: null, None: null };

// The values of a cell: a list, empty for an input cell that lets any case through; undefined for one that says more.
export function readCell(text, isInput) {
  const source = text.trim();
  if (source === "" || (isInput && source === "-")) return [];
  const listed = /^\?\s+in\s*\((.*)\)$/s.exec(source)?.[1];
  const values = literals(listed ?? source);
  return values && (isInput || values.length === 1) ? values : undefined;
}

// The text of a cell with these values; a result has one.
export function writeCell(values, { isInput, isFeel }) {
  const texts = values.map((value) => spelled(value, isFeel));
  if (!texts.length) return isInput ? "-" : "";
  if (isFeel || texts.length === 1) return texts.join(", ");
  return `? in (${texts.join(", ")})`;
}

// What a cell says in captions; empty when its text says the same.
export function captionOf(text, isInput, options) {
  const values = readCell(text, isInput) ?? [];
  const called = values.map((value) => options.find((one) => one.value === String(value))?.label);
  const says = called.some((label, place) => !values[place] || label !== String(values[place]));
  return says && called.every((label) => label !== undefined) ? called.map((label) => label || "—").join(", ") : "";
}

function literals(text) {
  const values = [];
  LITERAL.lastIndex = 0;
  while (LITERAL.lastIndex < text.length || !values.length) {
    const match = LITERAL.exec(text);
    const value = match && read(match[1]);
    if (value === undefined || match === null) return undefined;
    values.push(value);
    if (LITERAL.lastIndex === text.length) return values;
    if (text[LITERAL.lastIndex] !== ",") return undefined;
    LITERAL.lastIndex += 1;
  }
  return undefined;
}

function read(token) {
  if (token in WORDS) return WORDS[token];
  if (/^-?\d/.test(token)) return Number(token);
  if (token.startsWith("'")) return token.slice(1, -1);
  if (!token.startsWith('"')) return undefined;
  try {
    return JSON.parse(token);
  } catch {
    return undefined;
  }
}

function spelled(value, isFeel) {
  if (typeof value === "string") return JSON.stringify(value);
  if (value === null) return isFeel ? "null" : "None";
  const word = String(value);
  return isFeel || typeof value === "number" ? word : word[0].toUpperCase() + word.slice(1);
}
