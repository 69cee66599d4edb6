// Timers in words: what a timer's expression says, and the expression for what was said.
import { nt, t } from "../words/say.js";
import { quoted, textOf } from "./literal.js";

const NUMBER = String.raw`\s*(\d+(?:\.\d+)?)\s*`;
const UNITS = { minutes: ["T", "M"], hours: ["T", "H"], days: ["", "D"], weeks: ["", "W"] };
const LENGTH = /^P(?:(\d+)([DW])|T(\d+)([HM]))$/;
export const OFFSET = "+07:00";

// What can be said, in the order offered. `amount` names the number that belongs to it.
export const KINDS = [
  { value: "working_hours", label: t("Sau một số giờ làm việc"), amount: t("Số giờ làm việc") },
  { value: "working_days", label: t("Sau một số ngày làm việc"), amount: t("Số ngày làm việc") },
  { value: "clock_hours", label: t("Sau một số giờ, kể cả ngoài giờ làm việc"), amount: t("Số giờ") },
  { value: "reminder", label: t("Khi đã dùng một phần thời hạn"), amount: t("Phần trăm thời hạn") },
  { value: "deadline", label: t("Đúng lúc hết hạn") },
  { value: "overdue_by", label: t("Khi quá hạn một số ngày làm việc"), amount: t("Số ngày làm việc quá hạn") },
  { value: "overdue_by_hours", label: t("Khi quá hạn một số giờ, kể cả ngoài giờ làm việc"), amount: t("Số giờ quá hạn") },
  { value: "instant", label: t("Vào một thời điểm cố định") },
  { value: "duration", label: t("Sau một khoảng thời gian liên tục"), amount: t("Khoảng thời gian") },
  { value: "cycle", label: t("Lặp lại theo chu kỳ cố định"), amount: t("Mỗi lần cách nhau") },
  { value: "field_day", label: t("Vào ngày ghi trong một ô của biểu mẫu") },
  { value: "field_moment", label: t("Vào thời điểm ghi trong dữ liệu") },
  { value: "expression", label: t("Theo một biểu thức khác") },
];
export const UNIT_OPTIONS = [
  { value: "minutes", label: t("phút") },
  { value: "hours", label: t("giờ") },
  { value: "days", label: t("ngày") },
  { value: "weeks", label: t("tuần") },
];
const FIRST = {
  working_hours: 2,
  working_days: 1,
  clock_hours: 24,
  reminder: 75,
  overdue_by: 1,
  overdue_by_hours: 24,
  duration: 1,
  cycle: 1,
};
const CALLED = "working_hours|working_days|clock_hours|overdue_by_hours|overdue_by|reminder";
const CALLS = new RegExp(`^\\s*(${CALLED})\\((?:${NUMBER}|\\s*([A-Za-z_]\\w*)\\s*)\\)\\s*$`);
const DAY = /^\s*([A-Za-z_]\w*)\s*\+\s*["']T(\d\d:\d\d):00\+07:00["']\s*$/;
const NAME = /^\s*([A-Za-z_]\w*)\s*$/;
const ELEMENTS = { duration: "timeDuration", cycle: "timeCycle" };

// What a timer says: {kind, amount, unit, times, at, text}; `element` is the BPMN element that holds `text`.
export function said(element, text) {
  const source = (text ?? "").trim();
  const literal = textOf(source);
  if (element === "timeDuration") return length(literal, "duration") ?? { kind: "expression", element, text: source };
  if (element === "timeCycle") return cycle(literal) ?? { kind: "expression", element, text: source };
  const call = CALLS.exec(source);
  if (call?.[3]) return { kind: call[1], from: call[3], amount: FIRST[call[1]] };
  if (call) return { kind: call[1], amount: call[1] === "reminder" ? percent(call[2]) : Number(call[2]) };
  const day = DAY.exec(source);
  if (day) return { kind: "field_day", name: day[1], hour: day[2] };
  if (NAME.test(source)) return { kind: "field_moment", name: NAME.exec(source)[1] };
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
    hour: "07:30",
    text: "working_hours(hours)",
    element: "timeDate",
  };
}

// The BPMN element and the expression for what was said.
export function written(words) {
  return { element: ELEMENTS[words.kind] ?? words.element ?? "timeDate", text: expression(words) };
}

function expression({ kind, amount, unit, times, at, text, from, name, hour }) {
  switch (kind) {
    case "deadline":
      return "deadline()";
    case "field_day":
      return name ? `${name} + "T${hour}:00${OFFSET}"` : "";
    case "field_moment":
      return name ?? "";
    case "reminder":
      if (from) return `reminder(${from})`;
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
      return `${kind}(${from || amount})`;
  }
}

function iso(amount, unit) {
  const [time, letter] = UNITS[unit];
  return `P${time}${amount}${letter}`;
}

const LENGTHS = {
  minutes: (amount) => nt("{count} phút", "{count} phút", amount),
  hours: (amount) => nt("{count} giờ", "{count} giờ", amount),
  days: (amount) => nt("{count} ngày", "{count} ngày", amount),
  weeks: (amount) => nt("{count} tuần", "{count} tuần", amount),
};
const SENTENCES = {
  working_hours: ({ amount }) => nt("{count} giờ làm việc", "{count} giờ làm việc", amount),
  working_days: ({ amount }) => nt("{count} ngày làm việc", "{count} ngày làm việc", amount),
  clock_hours: ({ amount }) =>
    nt("{count} giờ, tính cả ngoài giờ làm việc", "{count} giờ, tính cả ngoài giờ làm việc", amount),
  reminder: ({ amount }) => t("khi đã dùng {amount}% thời hạn", { amount }),
  deadline: () => t("đúng lúc hết hạn giải quyết"),
  overdue_by: ({ amount }) => nt("khi quá hạn {count} ngày làm việc", "khi quá hạn {count} ngày làm việc", amount),
  overdue_by_hours: ({ amount }) =>
    nt("khi quá hạn {count} giờ, kể cả ngoài giờ làm việc", "khi quá hạn {count} giờ, kể cả ngoài giờ làm việc", amount),
  field_day: ({ name, hour }) => (name ? t("vào ngày ghi ở “{name}”, lúc {hour}", { name, hour }) : ""),
  field_moment: ({ name }) => (name ? t("vào thời điểm ghi ở “{name}”", { name }) : ""),
  instant: ({ at }) => t("lúc {time} giờ Việt Nam", { time: at.replace("T", " ") }),
  duration: ({ length }) => t("sau {length}, không tính giờ làm việc", { length }),
  cycle: ({ length, times }) =>
    times
      ? nt("mỗi {length}, {count} lần", "mỗi {length}, {count} lần", times, { length })
      : t("mỗi {length}, không dừng", { length }),
};

// The timer as a sentence, for the reader of the panel.
export function sentence(words) {
  if (words.from) return "";
  const length = LENGTHS[words.unit]?.(words.amount);
  return SENTENCES[words.kind]?.({ ...words, length }) ?? "";
}
