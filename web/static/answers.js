// What a form's answers mean on the page: which fields they hide, and which of the form's own rules refuse them. The
// server decides everything again; forms/conditions.py and forms/texts.py say the same, and a test compares them.
"use strict";

const formAnswers = (() => {
  const OFFSET = "+07:00";
  const LENGTHS = { day: 10, minute: 16, time: 5 };
  const ORDER = {
    "<": (a, b) => a < b,
    "<=": (a, b) => a <= b,
    ">": (a, b) => a > b,
    ">=": (a, b) => a >= b,
  };
  const GROUPS = /^[+-]?[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){1,6}|(?:[ \u00a0\u202f][0-9]{3}){1,6})(?:,[0-9]{1,16})?$/;
  const ENGLISH_GROUPS = /^[+-]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3}){2,6}|(?:,[0-9]{3}){1,6}\.[0-9]{1,16})$/;
  const TWO_READINGS =
    /^[+-]?[1-9](?:[0-9]{0,2},[0-9]{3}|[0-9]{3,15}\.[0-9]{3}|[0-9]{0,15}(?:\.(?:[0-9]{3}){2,5}|,(?:000){1,5}))$/;
  const NUMBER = /^[+-]?[0-9]{1,16}(?:[.,][0-9]{1,16})?$/;
  const INVISIBLE = /[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]/g;

  function comparable(kind, value) {
    if (value === undefined || value === null || (Array.isArray(value) && !value.length)) return null;
    return kind in LENGTHS && typeof value === "string" ? value.slice(0, LENGTHS[kind]) : value;
  }

  const operand = (kind, part, answers) => comparable(kind, part[0] === "name" ? answers[part[1]] : part[1]);

  function combine(values, decisive) {
    if (values.includes(decisive)) return decisive;
    return values.includes(null) ? null : !decisive;
  }

  function compare(sign, left, right) {
    if (sign === "=") return left === right;
    if (sign === "!=") return left !== right;
    return left === null || right === null ? null : ORDER[sign](left, right);
  }

  // True, false, or null where nothing is compared with something.
  function evaluate([what, ...parts], answers) {
    const inner = () => parts.map((part) => evaluate(part, answers));
    if (what === "and" || what === "or") return combine(inner(), what === "or");
    if (what === "not") {
      const [value] = inner();
      return value === null ? null : !value;
    }
    if (what === "contains") return Array.isArray(answers[parts[0]]) && answers[parts[0]].includes(parts[1]);
    const [sign, kind, left, right] = what === "compare" ? parts : ["in", ...parts];
    const value = operand(kind, left, answers);
    if (sign !== "in") return compare(sign, value, operand(kind, right, answers));
    return value === null ? null : right.map((item) => comparable(kind, item)).includes(value);
  }

  function namesIn(tree) {
    if (!Array.isArray(tree)) return [];
    return tree[0] === "name" || tree[0] === "contains" ? [tree[1]] : tree.flatMap(namesIn);
  }

  function readText(text, lines) {
    let kept = text.replace(/\r\n|[\r\n\v\f\x85\u2028\u2029]/g, "\n").replace(INVISIBLE, "");
    if (!lines) kept = kept.replace(/[\n\t]/g, " ");
    return kept.trim().normalize("NFC").trim();
  }

  function readNumber(text) {
    if (TWO_READINGS.test(text)) return undefined;
    if (GROUPS.test(text)) return Number(text.replace(/[. \u00a0\u202f]/g, "").replace(",", "."));
    if (ENGLISH_GROUPS.test(text)) return Number(text.replace(/,/g, ""));
    return NUMBER.test(text) ? Number(text.replace(",", ".")) : undefined;
  }

  function readDate(text) {
    const local = /^([0-9]{1,2})\/([0-9]{1,2})\/([0-9]{4}|[23][0-9])$/.exec(text);
    const day = local ? `${local[3].padStart(4, "20")}-${local[2].padStart(2, "0")}-${local[1].padStart(2, "0")}` : text;
    const at = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(day) ? new Date(`${day}T00:00:00Z`) : null;
    const exists = at && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
    return exists && at.getUTCFullYear() >= 1900 && at.getUTCFullYear() <= 2100 ? day : undefined;
  }

  function readTime(text) {
    const parts = /^([0-9]{1,2}):([0-9]{2})(?::00)?$/.exec(text);
    return parts && Number(parts[1]) < 24 && Number(parts[2]) < 60 ? `${parts[1].padStart(2, "0")}:${parts[2]}` : undefined;
  }

  function readMoment(text) {
    const parts = /^(\S+?)[T ]+(\S+)$/.exec(text);
    const [day, time] = parts ? [readDate(parts[1]), readTime(parts[2])] : [];
    return day && time && day >= "2000" ? `${day}T${time}:00${OFFSET}` : undefined;
  }

  function readPhone(text) {
    return text.replace(/[ .()-]/g, "").replace(/^(?:\+|00)?84(?:0(?=[0-9]{9,10}$))?/, "0");
  }

  // An answer as the server reads it; null when it is blank, undefined when it cannot be read.
  function readAnswer(kind, raw) {
    if (typeof raw !== "string") return raw;
    const text = readText(raw, kind === "textarea");
    if (!text) return null;
    const read = { number: readNumber, date: readDate, time: readTime, datetime: readMoment, phone: readPhone }[kind];
    return read ? read(text) : text;
  }

  function rawAnswer(part) {
    const fields = [...part.querySelectorAll("[name]")].filter((field) => field.name === part.dataset.field);
    const chosen = fields.filter((field) => field.checked).map((field) => field.value);
    switch (part.dataset.kind) {
      case "radio": return chosen[0] ?? "";
      case "checkbox": return chosen.length > 0;
      case "checklist": return chosen;
      case "file": return fields.some((field) => field.files?.length) || part.querySelector("[data-chosen] li") ? ["file"] : null;
      default: return fields[0]?.type === "checkbox" ? chosen : fields[0]?.value ?? "";
    }
  }

  // A hidden answer is none, so it may hide or show others: a field depends only on those above it in its document.
  function settle(parts, readPart) {
    const answers = {};
    const hidden = new Set();
    for (let turn = 0, changed = true; changed && turn <= parts.length; turn += 1) {
      changed = false;
      for (const part of parts) {
        if (part.key) answers[part.key] = hidden.has(part) ? null : readPart(part);
        const unreadable = part.hide && namesIn(part.hide).some((name) => name in answers && answers[name] === undefined);
        if (!part.hide || unreadable) continue;
        const hide = evaluate(part.hide, answers) === true;
        if (hide === hidden.has(part)) continue;
        hidden[hide ? "add" : "delete"](part);
        if (part.key) answers[part.key] = hide ? null : readPart(part);
        changed = true;
      }
    }
    return { answers, hidden };
  }

  // The sentences of a field's rules that refuse these answers; an answer that cannot be read has a sentence already.
  function refusals({ key, rules }, answers) {
    const readable = (name) => !(name in answers) || answers[name] !== undefined;
    const asked = rules.filter(([tree]) => [key, ...namesIn(tree)].every(readable));
    return asked.filter(([tree]) => evaluate(tree, answers) === true).map(([, sentence]) => sentence);
  }

  function factsNow(facts, elapsed) {
    if (!facts.now) return facts;
    const now = new Date(new Date(facts.now).getTime() + elapsed + 7 * 3600 * 1000);
    return { ...facts, now: `${now.toISOString().slice(0, 19)}${OFFSET}` };
  }

  function watch(form) {
    const facts = JSON.parse(form.dataset.facts || "{}");
    const begun = performance.now();
    const parts = [...form.querySelectorAll("[data-field], [data-hide]")].map((element) => ({
      element,
      key: element.dataset.field ?? "",
      hide: element.dataset.hide && JSON.parse(element.dataset.hide),
      rules: JSON.parse(element.dataset.rules ?? "[]"),
    }));
    const show = () => {
      const { answers, hidden } = settle(parts, (part) => readAnswer(part.element.dataset.kind, rawAnswer(part.element)));
      const known = { ...factsNow(facts, performance.now() - begun), ...answers };
      for (const part of parts) {
        part.element.hidden = hidden.has(part);
        if (part.hide) {
          for (const control of part.element.querySelectorAll("input, select, textarea")) control.disabled = hidden.has(part);
        }
        if (part.rules.length) say(part.element, hidden.has(part) ? [] : refusals(part, known));
      }
    };
    form.addEventListener("change", show);
    form.addEventListener("input", show);
    show();
  }

  function say(part, sentences) {
    let place = part.querySelector("[data-refused]");
    if (!place) {
      place = document.createElement("div");
      place.dataset.refused = "";
      place.setAttribute("aria-live", "polite");
      part.append(place);
    }
    const said = [...part.querySelectorAll(".fault")].filter((fault) => !place.contains(fault)).map((fault) => fault.textContent);
    const fresh = sentences.filter((sentence) => !said.some((text) => text.includes(sentence)));
    place.replaceChildren(...fresh.map((sentence) => {
      const fault = document.createElement("p");
      fault.className = "fault";
      fault.textContent = sentence;
      return fault;
    }));
  }

  return { evaluate, readAnswer, refusals, settle, watch };
})();

if (typeof module !== "undefined") module.exports = formAnswers;
if (typeof document !== "undefined") {
  for (const form of document.querySelectorAll("form")) {
    if (form.querySelector("[data-hide], [data-rules]")) formAnswers.watch(form);
  }
}
