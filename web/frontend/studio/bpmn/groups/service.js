// What a service task does, with the parameters of what was chosen.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../words/say.js";
import { among, choice, group, line, number, tick, ticks } from "../entries.js";
import { operator } from "../extensions.js";
import { listOf, quoted, shown, textOf, textsOf, typed } from "../literal.js";

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

export function serviceGroup(element, { extensions, catalogue }) {
  if (!is(element, "bpmn:ServiceTask")) return null;
  const chosen = operator(getBusinessObject(element));
  const fields = new Parameters(element, extensions);
  return group("studio-service", t("Việc hệ thống làm"), [
    choice("studio-operator", t("Thao tác của hệ thống"), {
      element,
      options: among(OPERATORS, chosen?.id),
      get: () => chosen?.id,
      set: (id) => extensions.setOperator(element, id),
    }),
    ...(FIELDS[chosen?.id]?.(fields, catalogue) ?? (chosen ? others(fields) : [])),
    ...(chosen ? retry(element, extensions, chosen) : []),
  ]);
}

// The fields of one operator's parameters; a parameter is an expression.
class Parameters {
  constructor(element, extensions) {
    Object.assign(this, { element, extensions });
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

  // A word out of a list; another expression stays as it is until a word is chosen.
  word(name, label, known, nothing) {
    const expression = this.given[name];
    const word = textOf(expression);
    const written = expression && word === undefined ? `= ${expression}` : word;
    return this.field(choice, name, label, {
      options: among(known, written, nothing),
      get: () => written,
      set: (value) => this.set(name, value.startsWith("=") ? value.slice(1).trim() : value && quoted(value)),
    });
  }

  // A word that may be any, or an expression behind "=".
  free(name, label, description = t("Bắt đầu bằng dấu = nếu là biểu thức.")) {
    return this.field(line, name, label, {
      description,
      get: () => shown(this.given[name]),
      set: (text) => this.set(name, typed(text)),
    });
  }

  expression(name, label, description) {
    return this.field(line, name, label, { description });
  }
}

function notice(fields, catalogue) {
  return [
    fields.word("template", t("Mẫu thư"), catalogue.mails),
    ...recipients(fields, catalogue),
    fields.free("rung", t("Bậc nhắc việc"), t("Tên của bậc; một hồ sơ nhận mỗi bậc một lần trong một lượt.")),
    fields.expression("occurrence", t("Lượt (biểu thức)"), t("Để trống là 1.")),
    fields.field(tick, "when", t("Chỉ gửi khi chưa ai nhận việc"), {
      get: () => textOf(fields.given.when) === "not_taken_up",
      set: (ticked) => fields.set("when", ticked ? quoted("not_taken_up") : ""),
    }),
  ];
}

function recipients(fields, catalogue) {
  const chosen = () => textsOf(fields.given.to ?? "[]") ?? [];
  if (!textsOf(fields.given.to ?? "[]")) return [fields.expression("to", t("Nơi nhận (biểu thức)"))];
  const isKnown = (value) => catalogue.recipients.some((one) => one.value === value);
  const known = () => chosen().filter(isKnown);
  const units = () => chosen().filter((value) => !isKnown(value));
  return [
    fields.field(ticks, "to", t("Gửi đến"), {
      options: catalogue.recipients,
      get: known,
      set: (values) => fields.set("to", listOf([...values, ...units()])),
    }),
    line("studio-parameter-to-units", t("Mã đơn vị khác"), {
      element: fields.element,
      description: t("Nhiều mã cách nhau bằng dấu phẩy."),
      get: () => units().join(", "),
      set: (text) =>
        fields.set(
          "to",
          listOf([
            ...known(),
            ...text
              .split(",")
              .map((code) => code.trim())
              .filter(Boolean),
          ]),
        ),
    }),
  ];
}

function deadline(fields) {
  return [
    fields.expression("hours", t("Số giờ (biểu thức)"), t("Ví dụ 24, hoặc tên dữ liệu như hours.")),
    fields.word("clock", t("Tính theo"), CLOCKS, t("Trong giờ làm việc (mặc định)")),
    fields.expression("at", t("Thời điểm hết hạn (biểu thức)"), t("Nếu có thì thay cho số giờ.")),
    fields.expression("extend", t("Gia hạn thêm số ngày làm việc (biểu thức)")),
  ];
}

function clock(fields) {
  return [fields.word("action", t("Thời hạn"), ACTIONS)];
}

function mark(fields) {
  return [fields.free("status", t("Dấu mốc"), t("Ví dụ overdue, resolved; bắt đầu bằng dấu = nếu là biểu thức."))];
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
