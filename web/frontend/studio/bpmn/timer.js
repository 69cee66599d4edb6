// Timers in words: what a timer's expression says, and the expression for what was said.
import { quoted, textOf } from "./literal.js";

const NUMBER = String.raw`\s*(\d+(?:\.\d+)?)\s*`;
const UNITS = { minutes: ["T", "M"], hours: ["T", "H"], days: ["", "D"], weeks: ["", "W"] };
const LENGTH = /^P(?:(\d+)([DW])|T(\d+)([HM]))$/;
export const OFFSET = "+07:00";

// What can be said, in the order offered. `amount` names the number that belongs to it.
export const KINDS = [
  { value: "working_hours", label: "Sau một số giờ làm việc", amount: "Số giờ làm việc" },
  { value: "working_days", label: "Sau một số ngày làm việc", amount: "Số ngày làm việc" },
  { value: "clock_hours", label: "Sau một số giờ, kể cả ngoài giờ làm việc", amount: "Số giờ" },
  { value: "reminder", label: "Khi đã dùng một phần thời hạn", amount: "Phần trăm thời hạn" },
  { value: "deadline", label: "Đúng lúc hết hạn" },
  { value: "overdue_by", label: "Khi quá hạn một số ngày làm việc", amount: "Số ngày làm việc quá hạn" },
  { value: "instant", label: "Vào một thời điểm cố định" },
  { value: "duration", label: "Sau một khoảng thời gian liên tục", amount: "Khoảng thời gian" },
  { value: "cycle", label: "Lặp lại theo chu kỳ cố định", amount: "Mỗi lần cách nhau" },
  { value: "expression", label: "Theo một biểu thức khác" },
];
export const UNIT_OPTIONS = [
  { value: "minutes", label: "phút" },
  { value: "hours", label: "giờ" },
  { value: "days", label: "ngày" },
  { value: "weeks", label: "tuần" },
];
const FIRST = {
  working_hours: 2,
  working_days: 1,
  clock_hours: 24,
  reminder: 75,
  overdue_by: 1,
  duration: 1,
  cycle: 1,
};
const CALLS = new RegExp(`^\\s*(working_hours|working_days|clock_hours|overdue_by|reminder)\\(${NUMBER}\\)\\s*$`);
const ELEMENTS = { duration: "timeDuration", cycle: "timeCycle" };

// What a timer says: {kind, amount, unit, times, at, text}; `element` is the BPMN element that holds `text`.
export function said(element, text) {
  const source = (text ?? "").trim();
  const literal = textOf(source);
  if (element === "timeDuration") return length(literal, "duration") ?? { kind: "expression", element, text: source };
  if (element === "timeCycle") return cycle(literal) ?? { kind: "expression", element, text: source };
  const call = CALLS.exec(source);
  if (call) return { kind: call[1], amount: call[1] === "reminder" ? percent(call[2]) : Number(call[2]) };
  if (/^\s*deadline\(\s*\)\s*$/.test(source)) return { kind: "deadline" };
  if (literal !== undefined && literal.endsWith(OFFSET))
    return { kind: "instant", at: literal.slice(0, -OFFSET.length).replace(/:00$/, "") };
  return source ? { kind: "expression", element, text: source } : { kind: "" };
}

function percent(share) {
  return Math.round(Number(share) * 10000) / 100;
}

function length(literal, kind) {
  const found = LENGTH.exec(literal ?? "");
  if (!found) return undefined;
  const letter = found[2] ?? found[4];
  const unit = Object.keys(UNITS).find((name) => UNITS[name][0] === (found[2] ? "" : "T") && UNITS[name][1] === letter);
  return { kind, amount: Number(found[1] ?? found[3]), unit };
}

function cycle(literal) {
  const found = /^R(\d*)\/(.*)$/.exec(literal ?? "");
  const every = found && length(found[2], "cycle");
  return every ? { ...every, times: found[1] ? Number(found[1]) : "" } : undefined;
}

// What is said first when somebody chooses a kind; `day` is today as 2026-11-25.
export function beginning(kind, day) {
  return {
    kind,
    amount: FIRST[kind],
    unit: "days",
    times: "",
    at: `${day}T17:00`,
    text: "working_hours(hours)",
    element: "timeDate",
  };
}

// The BPMN element and the expression for what was said.
export function written(words) {
  return { element: ELEMENTS[words.kind] ?? words.element ?? "timeDate", text: expression(words) };
}

function expression({ kind, amount, unit, times, at, text }) {
  switch (kind) {
    case "deadline":
      return "deadline()";
    case "reminder":
      return `reminder(${Number(amount) / 100})`;
    case "instant":
      return at ? quoted(`${at}${/T\d\d:\d\d$/.test(at) ? ":00" : ""}${OFFSET}`) : "";
    case "duration":
      return quoted(iso(amount, unit));
    case "cycle":
      return quoted(`R${times}/${iso(amount, unit)}`);
    case "expression":
      return text;
    default:
      return `${kind}(${amount})`;
  }
}

function iso(amount, unit) {
  const [time, letter] = UNITS[unit];
  return `P${time}${amount}${letter}`;
}

// The timer as a sentence, for the reader of the panel.
export function sentence(words) {
  const unit = UNIT_OPTIONS.find((one) => one.value === words.unit)?.label;
  const sentences = {
    working_hours: `${words.amount} giờ làm việc`,
    working_days: `${words.amount} ngày làm việc`,
    clock_hours: `${words.amount} giờ, tính cả ngoài giờ làm việc`,
    reminder: `khi đã dùng ${words.amount} % thời hạn`,
    deadline: "đúng lúc hết hạn giải quyết",
    overdue_by: `khi quá hạn ${words.amount} ngày làm việc`,
    instant: `lúc ${(words.at ?? "").replace("T", " ")} giờ Việt Nam`,
    duration: `sau ${words.amount} ${unit}, không tính giờ làm việc`,
    cycle: `mỗi ${words.amount} ${unit}, ${words.times ? `${words.times} lần` : "không dừng"}`,
  };
  return sentences[words.kind] ?? "";
}
