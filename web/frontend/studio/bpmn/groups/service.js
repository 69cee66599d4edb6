// What a service task does, with the parameters of what was chosen.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../words/say.js";
import { among, choice, group, line, number, tick, ticks } from "../entries.js";
import { operator } from "../extensions.js";
import { namesAt } from "../known-here.js";
import { listText, partsOf, quoted, textOf } from "../literal.js";
import { isList, isMoment, isNumber, nameOptions, unitOptions, withChosen } from "../offered.js";
import { opener } from "../opener.js";
import { slugOf } from "../slug.js";

// These are done within the step that reaches them, so there is nothing to try again.
const OPERATORS = [
  { value: "notice", label: t("Gửi thông báo") },
  { value: "deadline", label: t("Đặt hoặc gia hạn thời hạn") },
  { value: "clock", label: t("Tạm dừng hoặc chạy tiếp thời hạn") },
  { value: "mark", label: t("Ghi nhận một dấu mốc") },
];
const CLOCKS = [
  { value: "working", label: t("Trong giờ làm việc") },
  { value: "24x7", label: t("Suốt ngày đêm") },
];
const ACTIONS = [
  { value: "pause", label: t("Tạm dừng (đang chờ người dân)") },
  { value: "resume", label: t("Chạy tiếp") },
];
const FIELDS = { notice, deadline, clock, mark };

export function serviceGroup(element, tools) {
  const { extensions, catalogue } = tools;
  if (!is(element, "bpmn:ServiceTask")) return null;
  const chosen = operator(getBusinessObject(element));
  const fields = new Parameters(element, extensions, namesAt(catalogue.names ?? [], element));
  return group("studio-service", t("Việc hệ thống làm"), [
    choice("studio-operator", t("Thao tác của hệ thống"), {
      element,
      options: among(OPERATORS, chosen?.id),
      get: () => chosen?.id,
      set: (id) => extensions.setOperator(element, id),
    }),
    ...(FIELDS[chosen?.id]?.(fields, catalogue, tools) ?? (chosen ? others(fields) : [])),
    ...(chosen ? retry(element, extensions, chosen) : []),
  ]);
}

// The fields of one operator's parameters; a parameter is an expression.
class Parameters {
  constructor(element, extensions, names) {
    this.element = element;
    this.extensions = extensions;
    this.names = names;
  }

  // As they are now: two fields may be changed in one moment.
  get given() {
    return operator(getBusinessObject(this.element))?.parameters ?? {};
  }

  field(make, name, label, field = {}) {
    return make(`studio-parameter-${name}`, label, {
      element: this.element,
      get: () => this.given[name],
      set: (value) => this.set(name, value),
      ...field,
    });
  }

  set(name, expression) {
    this.extensions.setParameter(this.element, name, expression);
  }

  // A word out of a list; another expression stays as it is until a word is chosen. `then` does what follows a choice.
  word(name, label, known, nothing, then = (_text) => {}, field = {}) {
    const expression = this.given[name];
    const word = textOf(expression);
    const written = expression && word === undefined ? `= ${expression}` : word;
    return this.field(choice, name, label, {
      options: among(known, written, nothing),
      get: () => written,
      set: (value) => {
        this.set(name, value.startsWith("=") ? value.slice(1).trim() : value && quoted(value));
        if (value) then(quoted(value));
      },
      ...field,
    });
  }

  // A name of the case's data; another expression stays.
  named(name, label, fits, nothing) {
    return this.field(choice, name, label, { options: withChosen(nameOptions(this.names, fits), this.given[name], nothing) });
  }

  // A fixed number, or the number that a name holds.
  amount(name, label) {
    const expression = this.given[name];
    const isFixed = !expression || /^\s*\d+(\.\d+)?\s*$/.test(expression);
    const source = this.field(choice, `${name}-from`, t("{label}: lấy từ", { label }), {
      options: withChosen(nameOptions(this.names, isNumber), isFixed ? "" : expression, t("Một số cố định")),
      get: () => (isFixed ? "" : expression),
      set: (value) => this.set(name, value),
    });
    return isFixed ? [source, this.field(number, name, label, { min: 0, step: "any", set: (value) => this.set(name, String(value)) })] : [source];
  }

  expression(name, label, description) {
    return this.field(line, name, label, { description });
  }
}

function notice(fields, catalogue, tools) {
  const { mails } = catalogue;
  const mail = textOf(fields.given.template);
  const file = mails.some(({ value }) => value === mail) ? `workflows/mail/${mail}.txt` : undefined;
  return [
    fields.word("template", t("Mẫu thư"), mails, undefined, (chosen) => fields.given.rung || fields.set("rung", chosen)),
    opener("mail", t("mẫu thư"), file, tools),
    ...recipients(fields, catalogue),
    fields.word("rung", t("Bậc nhắc việc"), rungs(catalogue, mail), undefined, undefined, {
      description: t("Một hồ sơ nhận mỗi bậc một lần trong một lượt."),
    }),
    fields.named("occurrence", t("Lượt"), isNumber, t("Lượt đầu")),
    fields.field(tick, "when", t("Chỉ gửi khi chưa ai nhận việc"), {
      get: () => textOf(fields.given.when) === "not_taken_up",
      set: (ticked) => fields.set("when", ticked ? quoted("not_taken_up") : ""),
    }),
  ];
}

// A rung is called after its mail; each mail can have its own.
function rungs({ rungs: used = [], mails }, template) {
  const called = (value) => mails.find((one) => one.value === value)?.label ?? value;
  const values = [...new Set([...used.map(({ value }) => value), ...(template ? [template] : [])])];
  return values.map((value) => ({ value, label: called(value) }));
}

function recipients(fields, catalogue) {
  const chosen = () => partsOf(fields.given.to);
  if (!chosen()) return [fields.expression("to", t("Nơi nhận (biểu thức)"))];
  const isKnown = (part) => catalogue.recipients.some((one) => quoted(one.value) === part);
  const known = () => chosen().filter(isKnown);
  const others = () => chosen().filter((part) => !isKnown(part));
  const all = [...fields.names.here, ...fields.names.elsewhere];
  const put = (parts) => fields.set("to", listText(parts, (part) => all.some((one) => one.value === part && isList(one))));
  const lists = nameOptions(fields.names, ({ kind }) => kind === "list");
  const offered = [...lists, ...unitOptions(fields.names, catalogue.units ?? [])];
  const other = (part, place) =>
    choice(`studio-parameter-to-${place}`, part ? t("Nơi nhận khác {number}", { number: place + 1 }) : t("Thêm nơi nhận khác"), {
      element: fields.element,
      options: withChosen(offered, part, part ? t("— bỏ nơi nhận này —") : undefined),
      get: () => part,
      set: (value) => put([...known(), ...(value ? [...others().slice(0, place), value] : others().slice(0, place)), ...others().slice(place + 1)]),
    });
  return [
    fields.field(ticks, "to", t("Gửi đến"), {
      options: catalogue.recipients,
      get: () => known().map(textOf),
      set: (values) => put([...values.map(quoted), ...others()]),
    }),
    ...others().map(other),
    other("", others().length),
  ];
}

function deadline(fields) {
  return [
    ...fields.amount("hours", t("Số giờ")),
    fields.word("clock", t("Tính theo"), CLOCKS, t("Trong giờ làm việc (mặc định)")),
    fields.named("at", t("Thời điểm hết hạn"), isMoment, t("Theo số giờ")),
    ...fields.amount("extend", t("Gia hạn thêm số ngày làm việc")),
  ];
}

function clock(fields) {
  return [fields.word("action", t("Thời hạn"), ACTIONS)];
}

function mark(fields, { marks = [] }) {
  return [
    fields.word("status", t("Dấu mốc"), marks),
    line("studio-parameter-status-new", t("Dấu mốc mới"), {
      element: fields.element,
      description: t("Đặt tên bằng lời, ví dụ Đã ký duyệt."),
      get: () => "",
      set: (caption) => slugOf(caption) && fields.set("status", quoted(slugOf(caption))),
    }),
  ];
}

function others(fields) {
  return Object.keys(fields.given).map((name) => fields.expression(name, t("{name} (biểu thức)", { name })));
}

function retry(element, extensions, chosen) {
  if (!chosen.retries && OPERATORS.some((one) => one.value === chosen.id)) return [];
  return [
    number("studio-retries", t("Số lần thử lại khi lỗi"), {
      element,
      min: 0,
      get: () => chosen.retries,
      set: (value) => extensions.setRetry(element, String(value), chosen.backoff),
    }),
    number("studio-backoff", t("Cơ số giãn cách giữa các lần"), {
      element,
      min: 1,
      get: () => chosen.backoff,
      set: (value) => extensions.setRetry(element, chosen.retries, String(value)),
    }),
  ];
}
