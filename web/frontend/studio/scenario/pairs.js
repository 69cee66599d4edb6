// Cells of a scenario that say "name: value, name: value", part by part. A part is kept as it is written unless it is set.

// The parts of a cell in their order: [name, written]; undefined for a cell that cannot be taken apart.
export function pairsOf(text) {
  const parts = split(text.trim());
  const pairs = parts?.map((part) => /^\s*([A-Za-z_]\w*)\s*:\s*(.*)$/s.exec(part));
  return pairs?.every(Boolean) ? pairs.map(([, name, written]) => [name, written.trim()]) : undefined;
}

// The cell with a part set to what is written, or without it.
export function withPair(pairs, name, written) {
  const others = pairs.filter(([known]) => known !== name);
  const place = pairs.findIndex(([known]) => known === name);
  if (!written) return others;
  return place < 0 ? [...pairs, [name, written]] : pairs.with(place, [name, written]);
}

export function textOfPairs(pairs) {
  return pairs.map(([name, written]) => `${name}: ${written}`).join(", ");
}

// A value as it is written in a cell: texts that would be read as something else are quoted.
export function spelled(value) {
  if (Array.isArray(value)) return `[${value.map(spelled).join(", ")}]`;
  const text = String(value);
  return isPlain(text) ? text : JSON.stringify(text);
}

// A written value as text; lists as lists; undefined for what says more.
export function readValue(written) {
  const inside = /^\[(.*)\]$/s.exec(written)?.[1];
  if (inside !== undefined) return inside.trim() ? split(inside)?.map((part) => unquoted(part.trim())) : [];
  return /^[{&*!|>]/.test(written) ? undefined : unquoted(written);
}

function isPlain(text) {
  return /^[\p{L}_][\p{L}\p{N}_. /()-]*$/u.test(text) && !/^(true|false|null|yes|no|on|off|~)$/i.test(text) && text === text.trim();
}

function unquoted(written) {
  if (written.startsWith("'") && written.endsWith("'")) return written.slice(1, -1).replaceAll("''", "'");
  if (!written.startsWith('"')) return written;
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}

// A text cut at the commas that stand in no brackets and no quotes; undefined when these do not close.
function split(text) {
  const parts = [""];
  let depth = 0;
  let quote = "";
  const letters = [...text];
  for (const [place, letter] of letters.entries()) {
    if (quote) quote = letter === quote && letters[place - 1] !== "\\" ? "" : quote;
    else if ((letter === '"' || letter === "'") && /[:,[{\s]$|^$/.test(parts.at(-1))) quote = letter;
    else if ("[{".includes(letter)) depth += 1;
    else if ("]}".includes(letter)) depth -= 1;
    if (letter === "," && !depth && !quote) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  if (depth || quote) return undefined;
  return text ? parts : [];
}
