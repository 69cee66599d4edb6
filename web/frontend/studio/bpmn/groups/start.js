// What people need to begin a process: its form, who may send it, the letters of its codes, the line of it in lists.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../words/say.js";
import { among, choice, group, line, lines, tick } from "../entries.js";
import { extensionText, property } from "../extensions.js";
import { opener } from "../opener.js";
import { formFile } from "./work.js";

export function startGroup(element, tools) {
  const { extensions, catalogue } = tools;
  if (!isPeoplesStart(element)) return null;
  const event = getBusinessObject(element);
  const form = property(event, "form");
  const entry = (make, name, label, field = {}) =>
    make(`studio-${name}`, label, {
      element,
      get: () => property(event, name),
      set: (value) => extensions.setProperty(element, name, value),
      ...field,
    });
  return group("studio-start", t("Bắt đầu bằng biểu mẫu"), [
    entry(choice, "form", t("Biểu mẫu"), {
      description: t("Có biểu mẫu thì quy trình hiện ở “Bắt đầu công việc”."),
      options: among(catalogue.forms, form),
    }),
    opener("form", t("biểu mẫu"), formFile(form, catalogue), tools),
    ...(form ? [...starters(element, tools), ...appearance(element, entry, tools)] : []),
  ]);
}

// A start event of the process itself, without a trigger: people begin there.
function isPeoplesStart(element) {
  if (!is(element, "bpmn:StartEvent")) return false;
  const event = getBusinessObject(element);
  return !event.get("eventDefinitions")?.length && is(event.$parent, "bpmn:Process");
}

function starters(element, { extensions, catalogue }) {
  const each = (name, options, label) =>
    options.map((one) =>
      tick(`studio-${name}-${one.value}`, label(one.label), {
        element,
        get: () => words(element, name).includes(one.value),
        set: (ticked) => {
          const others = words(element, name).filter((word) => word !== one.value);
          extensions.setProperty(element, name, (ticked ? [...others, one.value] : others).join(" "));
        },
      }),
    );
  return [
    ...each("start_roles", catalogue.start_roles, (label) => t("Được bắt đầu: {label}", { label })),
    ...each("start_units", catalogue.unit_kinds, (label) => t("Chỉ ở đơn vị: {label}", { label })),
  ];
}

function appearance(element, entry, { extensions, catalogue }) {
  const event = getBusinessObject(element);
  const answers = catalogue.answers.filter((one) => one.form === property(event, "form"));
  return [
    entry(choice, "matter", t("Nội dung hiện trong danh sách"), { options: among(answers, property(event, "matter")) }),
    entry(line, "code", t("Hai chữ đầu của mã"), { description: t("Hai chữ cái in hoa, ví dụ NP cho nghỉ phép.") }),
    entry(line, "keep_days", t("Giữ dữ liệu cá nhân (ngày)"), {
      description: t("Sau khi kết thúc; để trống: như phản ánh."),
    }),
    lines("studio-start-instructions", t("Hướng dẫn cho người bắt đầu"), {
      element,
      get: () => extensionText(event, "instructionsForEndUser"),
      set: (text) => extensions.setText(element, "instructionsForEndUser", text),
    }),
  ];
}

function words(element, name) {
  return (property(getBusinessObject(element), name) ?? "").split(/[\s,]+/).filter(Boolean);
}
