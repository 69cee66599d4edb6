// Boxed expressions that no editor draws, as texts: contexts, invocations, lists, relations, functions, and what DMN 1.4
// added. The texts are read like FEEL; they are for looking at and are never written back.
const INDENT = "  ";
const OF = {
  literalExpression: (part) => words(child(part, "text")),
  context: (part) => block("{", parts(part, "contextEntry").map(entry), "}"),
  invocation: (part) => block(`${inside(part) || "?"}(`, parts(part, "binding").map(binding), ")"),
  list: (part) => block("[", [...part.children].map(boxedText).filter(Boolean), "]"),
  relation: (part) => block("[", parts(part, "row").map((row) => relationRow(part, row)), "]"),
  functionDefinition: (part) => functionText(part),
  encapsulatedLogic: (part) => functionText(part),
  conditional: (part) => `if ${inside(child(part, "if"))}\nthen ${inside(child(part, "then"))}\nelse ${inside(child(part, "else"))}`,
  filter: (part) => `(${inside(child(part, "in"))})[${inside(child(part, "match"))}]`,
  for: (part) => iteration(part, "for", "return"),
  some: (part) => iteration(part, "some", "satisfies"),
  every: (part) => iteration(part, "every", "satisfies"),
  decisionTable: (part) => parts(part, "rule").map(tableRow).join("\n"),
};

// The text of a boxed expression, an element of the file; empty for what is none.
export function boxedText(part) {
  return OF[part.localName]?.(part) ?? "";
}

// The boxed expression that a decision or a knowledge model consists of; none for one without logic.
export function logicOf(part) {
  return [...(part?.children ?? [])].find((one) => one.localName in OF);
}

function inside(part) {
  const logic = logicOf(part);
  return logic ? boxedText(logic) : "";
}

function entry(part) {
  const name = child(part, "variable")?.getAttribute("name");
  return name ? `${name}: ${inside(part)}` : inside(part);
}

function binding(part) {
  return `${child(part, "parameter")?.getAttribute("name") ?? "?"}: ${inside(part)}`;
}

function relationRow(relation, row) {
  const names = parts(relation, "column").map((column) => column.getAttribute("name"));
  return `{ ${[...row.children].map((cell, place) => `${names[place]}: ${boxedText(cell)}`).join(", ")} }`;
}

function functionText(part) {
  const names = parts(part, "formalParameter").map((one) => one.getAttribute("name"));
  return `function(${names.join(", ")})\n${indented(inside(part))}`;
}

function iteration(part, word, then) {
  return `${word} ${part.getAttribute("iteratorVariable")} in ${inside(child(part, "in"))}\n${then} ${inside(child(part, then))}`;
}

function tableRow(rule) {
  const cells = (name) => parts(rule, name).map((cell) => words(child(cell, "text")) || "-");
  return `${cells("inputEntry").join(" | ")} → ${cells("outputEntry").join(" | ")}`;
}

function block(open, lines, close) {
  return lines.length ? `${open}\n${lines.map(indented).join(",\n")}\n${close}` : open + close;
}

function indented(text) {
  return text.replace(/^/gm, INDENT);
}

function child(part, name) {
  return part && [...part.children].find((one) => one.localName === name);
}

function parts(part, name) {
  return [...part.children].filter((one) => one.localName === name);
}

function words(part) {
  return part?.textContent.trim() ?? "";
}
