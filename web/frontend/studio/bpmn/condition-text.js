// Conditions as a tree of rows, written in FEEL: a row has a name, a comparison and a value; a group joins rows and groups
// by "and" or by "or". A condition that says more has no rows, and it is said why. Of the older language, what means the
// same in FEEL is read, too.
import { t } from "../words/say.js";

const TOKEN =
  /\s*(?:([(),[\]])|(<=|>=|!=|==?|<|>)|("(?:[^"\\]|\\.)*"|'[^'\\]*')|(-?\d+(?:\.\d+)?)|(list contains\b|[A-Za-z_]\w*))/y;
const WORDS = new Set(["and", "or", "in", "not", "null", "true", "false", "date", "list contains", "None", "True", "False", "is"]);
const TRUTHS = { true: true, false: false, True: true, False: false };
const SIGN = /^(=|==|!=|<=|>=|<|>)$/;
const CLOSES = { "(": ")", "[": "]" };
// What may be asked of a name instead of the name itself.
const ASKED = new Set(["unit_kind"]);

// What a condition says: {join, rows} with rows [{name, sign, value} or such a group]; or {reason}, a sentence, for what
// has no rows. Signs are those of FEEL, "in" and "out" with a list of values, "has" and "lacks" of a list; a value is a
// text, a number, a truth, null, {date}, or another {name}.
export function conditionOf(text) {
  if (!text.trim()) return { join: "and", rows: [] };
  try {
    const reading = new Reading(text);
    const tree = reading.group();
    reading.end();
    return tree.rows ? tree : { join: "and", rows: [tree] };
  } catch (error) {
    if (error instanceof Unshown) return { reason: error.message };
    throw error;
  }
}

// The condition in FEEL; empty without rows.
export function textOf({ join, rows }) {
  return rows.map((row) => (row.rows ? `(${textOf(row)})` : rowText(row))).join(` ${join} `);
}

function rowText({ name, sign, value }) {
  if (sign === "has") return `list contains(${name}, ${literal(value)})`;
  if (sign === "lacks") return `not(list contains(${name}, ${literal(value)}))`;
  if (sign === "in") return `${name} in (${value.map(literal).join(", ")})`;
  if (sign === "out") return `not(${name} in (${value.map(literal).join(", ")}))`;
  return `${name} ${sign} ${literal(value)}`;
}

function literal(value) {
  if (value === null) return "null";
  if (value?.date !== undefined) return `date("${value.date}")`;
  if (value?.name !== undefined) return value.name;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

class Unshown extends Error {}

class Reading {
  constructor(text) {
    this.tokens = [...tokensOf(text.trim())];
    this.place = 0;
  }

  get next() {
    return this.tokens[this.place];
  }

  take() {
    return this.tokens[this.place++];
  }

  // Takes the given tokens, one after the other; says whether they stood there.
  takes(...expected) {
    const stand = expected.every((token, ahead) => this.tokens[this.place + ahead] === token);
    if (stand) this.place += expected.length;
    return stand;
  }

  needs(token) {
    if (this.takes(token)) return;
    throw this.next === undefined ? unfinished() : unexpected(this.next);
  }

  end() {
    if (this.next !== undefined) throw unexpected(this.next);
  }

  // "or" binds less than "and".
  group() {
    return this.joined("or", () => this.joined("and", () => this.part()));
  }

  joined(join, read) {
    const rows = [read()];
    while (this.takes(join)) rows.push(read());
    const flat = rows.flatMap((row) => (row.rows && row.join === join ? row.rows : [row]));
    return rows.length === 1 ? rows[0] : { join, rows: flat };
  }

  part() {
    if (!this.takes("(")) return this.row();
    const tree = this.group();
    this.needs(")");
    return tree;
  }

  row() {
    if (this.takes("not", "(", "list contains", "(")) return this.contained("lacks", 2);
    if (this.takes("list contains", "(")) return this.contained("has", 1);
    if (this.takes("not", "(")) return this.denied();
    const name = this.name();
    if (this.takes("in")) return { name, sign: "in", value: this.values() };
    if (this.takes("not", "in")) return { name, sign: "out", value: this.values() };
    if (this.takes("is", "not")) return { name, sign: "!=", value: this.value() };
    if (this.takes("is")) return { name, sign: "=", value: this.value() };
    const sign = this.take();
    if (sign === undefined || sign === ")" || WORDS.has(sign)) throw alone(name);
    if (!SIGN.test(sign)) throw unexpected(sign);
    return { name, sign: sign === "==" ? "=" : sign, value: this.value() };
  }

  denied() {
    const row = this.group();
    this.needs(")");
    if (row.sign !== "in") throw new Unshown(t("“not(…)” quanh một phép so sánh khác không có dạng dòng."));
    return { ...row, sign: "out" };
  }

  contained(sign, closing) {
    const name = this.name();
    this.needs(",");
    const row = { name, sign, value: this.value() };
    for (let each = 0; each < closing; each += 1) this.needs(")");
    return row;
  }

  values() {
    const close = CLOSES[this.take()];
    if (!close) throw new Unshown(t("Sau “in” phải là các giá trị trong ngoặc."));
    const values = [];
    do values.push(this.value());
    while (this.takes(","));
    this.needs(close);
    return values;
  }

  name() {
    const token = this.take();
    if (token === undefined) throw unfinished();
    if (!isName(token)) throw unexpected(token);
    if (!this.takes("(")) return token;
    if (!ASKED.has(token)) throw new Unshown(t("Hàm “{name}” không có dạng dòng.", { name: token }));
    const asked = this.name();
    this.needs(")");
    return `${token}(${asked})`;
  }

  value() {
    if (this.takes("date", "(")) {
      const date = this.value();
      this.needs(")");
      return { date };
    }
    const token = this.take();
    if (token === undefined) throw unfinished();
    if (token === "null" || token === "None") return null;
    if (token in TRUTHS) return TRUTHS[token];
    if (/^["']/.test(token)) return unquoted(token);
    if (/^-?\d/.test(token)) return Number(token);
    if (isName(token) && this.next !== "(") return { name: token };
    throw isName(token) ? new Unshown(t("Hàm “{name}” không có dạng dòng.", { name: token })) : unexpected(token);
  }
}

function isName(token) {
  return /^[A-Za-z_]\w*$/.test(token) && !WORDS.has(token);
}

function unexpected(token) {
  return new Unshown(t("Chỗ “{token}” không có dạng dòng: mỗi dòng chỉ là một tên, một phép so sánh và một giá trị.", { token }));
}

function alone(name) {
  return new Unshown(t("Tên “{name}” đứng một mình, chưa so với giá trị nào.", { name }));
}

function unfinished() {
  return new Unshown(t("Điều kiện viết chưa hết."));
}

function unquoted(token) {
  try {
    return token.startsWith("'") ? token.slice(1, -1) : JSON.parse(token);
  } catch {
    throw unexpected(token);
  }
}

// The tokens of a text; whatever is none is handed over as it stands.
function* tokensOf(text) {
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) {
      const rest = text.slice(at).trim();
      if (rest) yield rest.slice(0, 12);
      return;
    }
    yield match.slice(1).find((part) => part !== undefined);
  }
}
