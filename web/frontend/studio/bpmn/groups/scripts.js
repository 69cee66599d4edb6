// What is computed: the script of a script task, scripts before and after any activity, conditions of flows.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../words/say.js";
import { group, lines, tick } from "../entries.js";
import { extensionText } from "../extensions.js";

export function scriptGroup(element, { extensions, modeling }) {
  if (!is(element, "bpmn:Activity")) return null;
  const task = getBusinessObject(element);
  const around = (name, label) =>
    lines(`studio-${name}`, label, {
      element,
      monospace: true,
      get: () => extensionText(task, name),
      set: (text) => extensions.setText(element, name, text),
    });
  const own = lines("studio-script", t("Đoạn mã"), {
    element,
    monospace: true,
    get: () => task.get("script"),
    set: (script) => modeling.updateProperties(element, { script: script || undefined }),
  });
  return group("studio-scripts", t("Đoạn mã"), [
    is(element, "bpmn:ScriptTask") && own,
    around("preScript", t("Chạy trước khi bắt đầu")),
    around("postScript", t("Chạy sau khi xong")),
  ]);
}

export function conditionGroup(element, { modeling, bpmnFactory }) {
  if (!is(element, "bpmn:SequenceFlow") || !chooses(element.source)) return null;
  const flow = getBusinessObject(element);
  const source = getBusinessObject(element.source);
  const set = (body) => {
    const conditionExpression = body ? bpmnFactory.create("bpmn:FormalExpression", { body }) : undefined;
    modeling.updateProperties(element, { conditionExpression });
  };
  const otherwise = source.get("default") === flow;
  return group("studio-condition", t("Điều kiện đi nhánh này"), [
    tick("studio-default", t("Nhánh còn lại, khi không nhánh nào khác đúng"), {
      element,
      get: () => otherwise,
      set: (ticked) => modeling.updateProperties(element.source, { default: ticked ? flow : undefined }),
    }),
    !otherwise &&
      lines("studio-condition-text", t("Đi nhánh này khi"), {
        element,
        monospace: true,
        description: isFeel(flow) ? t('Viết bằng FEEL, ví dụ outcome = "yes".') : undefined,
        get: () => flow.get("conditionExpression")?.get("body"),
        set,
      }),
  ]);
}

// Whether the file says that its expressions are in FEEL, as new ones do.
function isFeel(part) {
  return /feel/i.test(definitionsOf(part)?.get("expressionLanguage") ?? "");
}

function definitionsOf(part) {
  return part && (is(part, "bpmn:Definitions") ? part : definitionsOf(part.$parent));
}

function chooses(source) {
  return is(source, "bpmn:ExclusiveGateway") || is(source, "bpmn:InclusiveGateway");
}
