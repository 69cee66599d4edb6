// Expressions that are plain words, as the panel shows them, and back.

// The text in a quoted literal; undefined for any other expression.
export function textOf(expression) {
  const found = /^\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*$/.exec(expression ?? "");
  return found ? (found[1] ?? found[2]) : undefined;
}

// A word as a quoted literal.
export function quoted(text) {
  return text.includes('"') ? `'${text.replaceAll("'", "")}'` : `"${text}"`;
}

// The texts in a list of literals; undefined for any other expression.
export function textsOf(expression) {
  const inside = /^\s*\[(.*)\]\s*$/s.exec(expression ?? "")?.[1];
  if (inside === undefined) return textOf(expression) === undefined ? undefined : [textOf(expression)];
  const parts = inside.match(/"[^"\\]*"|'[^'\\]*'/g) ?? [];
  return /^[\s,]*$/.test(inside.replace(/"[^"\\]*"|'[^'\\]*'/g, "")) ? parts.map(textOf) : undefined;
}

// A list of literals.
export function listOf(texts) {
  return texts.length ? `[${texts.map(quoted).join(", ")}]` : "";
}

// What a field for words shows: the word itself, or any other expression behind "=".
export function shown(expression) {
  return !expression ? "" : (textOf(expression) ?? `= ${expression}`);
}

// The expression for what was typed into such a field.
export function typed(text) {
  if (!text) return "";
  return text.startsWith("=") ? text.slice(1).trim() : quoted(text);
}
