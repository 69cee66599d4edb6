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

// The parts of a list, each an expression: literals, names, calls with names. A name alone is a list's, which is one part;
// undefined for any other expression.
export function partsOf(expression) {
  const source = (expression ?? "").trim();
  if (!source) return [];
  const inside = /^\[(.*)\]$/s.exec(source)?.[1];
  const parts = (inside ?? source).match(PART) ?? [];
  return (inside ?? source).replace(PART, "").match(/^[\s,]*$/) ? parts.map((part) => canonical(part.trim())) : undefined;
}

const PART = /"[^"\\]*"|'[^'\\]*'|[A-Za-z_]\w*(?:\(\s*[A-Za-z_]\w*\s*\))?/g;

function canonical(part) {
  return textOf(part) === undefined ? part.replaceAll(/\s/g, "") : quoted(textOf(part));
}

/**
 * A list of such parts; one that is the name of a list stands alone.
 * @param {string[]} parts
 * @param {(part: string) => boolean} isList
 */
export function listText(parts, isList = (_part) => false) {
  if (parts.length === 1 && isList(parts[0])) return parts[0];
  return parts.length ? `[${parts.join(", ")}]` : "";
}
