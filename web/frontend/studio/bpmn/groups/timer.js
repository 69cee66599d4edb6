// When a timer fires, said in working time, and what becomes of it when the program stood still.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../words/say.js";
import { choice, group, line, number } from "../entries.js";
import { property } from "../extensions.js";
import { namesAt } from "../known-here.js";
import { isDay, isMoment, isNumber, nameOptions, withChosen } from "../offered.js";
import * as timer from "../timer.js";

const ELEMENTS = ["timeDate", "timeDuration", "timeCycle"];
const MISSED = [
  { value: "", label: t("Chạy muộn, một lần") },
  { value: "skip", label: t("Bỏ qua") },
  { value: "all", label: t("Chạy bù đủ số lần") },
];

// What can be measured by a number out of the data.
const MEASURED = ["working_hours", "working_days", "clock_hours", "overdue_by", "overdue_by_hours"];

// Timers whose expression somebody wants to see although it could be said in words.
const asText = new WeakSet();

export function timerGroup(element, tools) {
  const definition = timerOf(element);
  if (!definition) return null;
  const words = said(definition);
  const names = namesAt(tools.catalogue.names ?? [], element);
  const write = (next) => put(element, definition, timer.written(next), tools);
  return group("studio-timer", t("Hẹn giờ"), [
    choice("studio-timer-kind", t("Đến giờ"), {
      element,
      description: timer.sentence(words),
      options: kinds(element, words.kind, names),
      get: () => words.kind,
      set: (kind) => kind && write(begun(definition, kind, names)),
    }),
    // Two fields may be changed in one moment: each change begins with what is there by then.
    ...details(element, words, names, (changed) => write({ ...said(definition), ...changed })),
    missed(element, words, tools),
  ]);
}

function said(definition) {
  const element = ELEMENTS.find((name) => definition.get(name)) ?? "timeDate";
  const text = definition.get(element)?.get("body") ?? "";
  return text && asText.has(definition) ? { kind: "expression", element, text } : timer.said(element, text);
}

// Turning to an expression starts from what was said before.
function begun(definition, kind, names) {
  const before = said(definition);
  const name = firstName(names, kind);
  const first = { name, ...timer.beginning(kind, new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" })) };
  if (kind !== "expression") {
    asText.delete(definition);
    return first;
  }
  asText.add(definition);
  return before.kind ? { kind, ...timer.written(before) } : first;
}

function timerOf(element) {
  const definitions = is(element, "bpmn:Event") ? getBusinessObject(element).get("eventDefinitions") : [];
  return (definitions ?? []).find((one) => is(one, "bpmn:TimerEventDefinition"));
}

const OUT_OF_DATA = { field_day: isDay, field_moment: isMoment };

function firstName({ here, elsewhere }, kind) {
  return OUT_OF_DATA[kind] && [...here, ...elsewhere].find(OUT_OF_DATA[kind])?.value;
}

// A cycle runs rightly only beside an activity that goes on; a day out of the data needs data that is one.
function kinds(element, kind, names) {
  const fits = { cycle: () => beside(element), field_day: firstName, field_moment: firstName };
  const offered = timer.KINDS.filter(({ value }) => value === kind || !fits[value] || fits[value](names, value));
  return kind ? offered : [{ value: "", label: t("— chưa chọn —") }, ...offered];
}

function beside(element) {
  return is(element, "bpmn:BoundaryEvent") && getBusinessObject(element).get("cancelActivity") === false;
}

function details(element, words, names, say) {
  const label = timer.KINDS.find((one) => one.value === words.kind)?.amount;
  const common = (name) => ({ element, get: () => words[name], set: (value) => say({ [name]: value }) });
  const needed = (name) => ({ ...common(name), set: (value) => value !== "" && say({ [name]: value }) });
  const named = (fits) => withChosen(nameOptions(names, fits), words.name);
  return [
    label &&
      MEASURED.includes(words.kind) &&
      choice("studio-timer-from", t("{label}: lấy từ", { label }), {
        ...common("from"),
        options: withChosen(nameOptions(names, isNumber), words.from, t("Một số cố định")),
      }),
    label && !words.from && number("studio-timer-amount", label, { ...needed("amount"), min: 0, step: "any" }),
    words.kind === "field_day" && choice("studio-timer-name", t("Ngày lấy từ"), { ...common("name"), options: named(isDay) }),
    words.kind === "field_day" && line("studio-timer-hour", t("Lúc mấy giờ"), { ...needed("hour"), description: t("Ví dụ 07:30.") }),
    words.kind === "field_moment" &&
      choice("studio-timer-name", t("Thời điểm lấy từ"), { ...common("name"), options: named(isMoment) }),
    words.unit && choice("studio-timer-unit", t("Tính bằng"), { ...common("unit"), options: timer.UNIT_OPTIONS }),
    words.kind === "cycle" &&
      number("studio-timer-times", t("Số lần"), {
        ...common("times"),
        min: 1,
        description: t("Để trống là không dừng."),
      }),
    words.kind === "instant" &&
      line("studio-timer-at", t("Ngày giờ (giờ Việt Nam)"), {
        ...needed("at"),
        description: t("Ví dụ 2026-12-31T17:00."),
      }),
    words.kind === "expression" && line("studio-timer-text", t("Biểu thức"), needed("text")),
  ];
}

function missed(element, words, { extensions }) {
  const value = property(getBusinessObject(element), "missed");
  const fits = { "": true, skip: beside(element), all: words.kind === "cycle" };
  const options = MISSED.filter((one) => fits[one.value] || one.value === value);
  return choice("studio-missed", t("Nếu đã lỡ giờ vì hệ thống dừng"), {
    element,
    options,
    get: () => (value === "once" ? "" : value),
    set: (policy) => extensions.setProperty(element, "missed", policy),
  });
}

function put(element, definition, { element: name, text }, { modeling, bpmnFactory }) {
  const language = ELEMENTS.map((each) => definition.get(each)?.get("language")).find(Boolean);
  const time = bpmnFactory.create("bpmn:FormalExpression", { body: text, ...(language && { language }) });
  time.$parent = definition;
  const none = Object.fromEntries(ELEMENTS.map((other) => [other, undefined]));
  modeling.updateModdleProperties(element, definition, { ...none, [name]: time });
}
