// Conditions as rows of name, comparison and value, joined by "and" or by "or"; written in FEEL. A condition that says more
// has no rows. Of the older language, what means the same in FEEL is read, too.
const TOKEN =
  /\s*(?:([(),])|(<=|>=|!=|==?|<|>)|("(?:[^"\\]|\\.)*"|'[^'\\]*')|(-?\d+(?:\.\d+)?)|(list contains\b|[A-Za-z_]\w*))/y;
const WORDS = new Set(["and", "or", "in", "not", "null", "true", "false", "date", "list contains", "None", "True", "False"]);
const TRUTHS = { true: true, false: false, True: true, False: false };

// What a condition says: {join, rows: [{name, sign, value}]}; null for what has no rows. Signs are those of FEEL, "in" with
// a list of values, "has" and "lacks" of a list; a value is a text, a number, a truth, null, or {date}.
export function rowsOf(text) {
  if (!text.trim()) return { join: "and", rows: [] };
  const reading = new Reading(text);
  const rows = [];
  let join;
  while (reading.goesOn) {
    const row = reading.row();
    if (!row) return null;
    rows.push(row);
    if (reading.ends) return { join: join ?? "and", rows };
    const word = reading.take();
    if (!["and", "or"].includes(word) || (join && join !== word)) return null;
    join = word;
  }
  return null;
}

// The condition in FEEL; empty without rows.
export function textOf({ join, rows }) {
  const texts = rows.map(rowText);
  return texts.length > 1 && join === "or" ? texts.join(" or ") : texts.join(" and ");
}

function rowText({ name, sign, value }) {
  if (sign === "has") return `list contains(${name}, ${literal(value)})`;
  if (sign === "lacks") return `not(list contains(${name}, ${literal(value)}))`;
  if (sign === "in") return `${name} in (${value.map(literal).join(", ")})`;
  return `${name} ${sign} ${literal(value)}`;
}

function literal(value) {
  if (value === null) return "null";
  if (value?.date !== undefined) return `date("${value.date}")`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

class Reading {
  constructor(text) {
    this.tokens = [...tokensOf(text.trim())];
    this.place = 0;
    this.goesOn = this.tokens.every((token) => token !== null);
  }

  get ends() {
    return this.place === this.tokens.length;
  }

  take() {
    return this.tokens[this.place++];
  }

  // Takes the given tokens, one after the other; says whether they stood there.
  takes(...wanted) {
    const stand = wanted.every((token, ahead) => this.tokens[this.place + ahead] === token);
    if (stand) this.place += wanted.length;
    return stand;
  }

  row() {
    if (!this.takes("(")) return this.bare();
    const row = this.bare();
    return row && this.takes(")") ? row : null;
  }

  bare() {
    if (this.takes("not", "(", "list contains", "(")) return this.contained("lacks", [")", ")"]);
    if (this.takes("list contains", "(")) return this.contained("has", [")"]);
    const name = this.name();
    if (!name) return null;
    if (this.takes("in")) return this.listed(name);
    const sign = this.take();
    if (!/^(=|==|!=|<=|>=|<|>)$/.test(sign ?? "")) return null;
    return this.ended({ name, sign: sign === "==" ? "=" : sign, value: this.value() });
  }

  contained(sign, closing) {
    const name = this.name();
    const row = name && this.takes(",") ? this.ended({ name, sign, value: this.value() }) : null;
    return row && this.takes(...closing) ? row : null;
  }

  listed(name) {
    const value = [];
    if (!this.takes("(")) return null;
    do value.push(this.value());
    while (this.takes(","));
    return this.takes(")") && !value.includes(undefined) ? { name, sign: "in", value } : null;
  }

  ended(row) {
    return row.value === undefined ? null : row;
  }

  name() {
    const token = this.take();
    return /^[A-Za-z_]\w*$/.test(token ?? "") && !WORDS.has(token) ? token : null;
  }

  value() {
    if (this.takes("date", "(")) {
      const date = this.value();
      return typeof date === "string" && this.takes(")") ? { date } : undefined;
    }
    const token = this.take() ?? "";
    if (token === "null" || token === "None") return null;
    if (token in TRUTHS) return TRUTHS[token];
    if (/^["']/.test(token)) return unquoted(token);
    return /^-?\d/.test(token) ? Number(token) : undefined;
  }
}

function unquoted(token) {
  try {
    return token.startsWith("'") ? token.slice(1, -1) : JSON.parse(token);
  } catch {
    return undefined;
  }
}

// The tokens of a text; null stands for what is none.
function* tokensOf(text) {
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found) {
      yield text.slice(at).trim() ? null : undefined;
      return;
    }
    yield found.slice(1).find((part) => part !== undefined);
  }
}
