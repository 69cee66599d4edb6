// When a flow is taken: rows to choose from, the text beside them, and which flow is left when none holds.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../words/say.js";
import { ConditionRows } from "../condition-rows.js";
import { group, lines, tick } from "../entries.js";

const FEEL = "feel";

export function conditionGroup(element, { modeling, bpmnFactory, catalogue }) {
  if (!is(element, "bpmn:SequenceFlow") || !chooses(element.source)) return null;
  const flow = getBusinessObject(element);
  const source = getBusinessObject(element.source);
  const otherwise = source.get("default") === flow;
  const get = () => flow.get("conditionExpression")?.get("body");
  const put = (body, language) => {
    const properties = { body, ...(language && { language }) };
    const conditionExpression = body ? bpmnFactory.create("bpmn:FormalExpression", properties) : undefined;
    modeling.updateProperties(element, { conditionExpression });
  };
  const rows = {
    id: "studio-condition-rows",
    component: ConditionRows,
    get: () => unmarked(get()),
    set: (body) => put(body, isFeelFile(flow) ? undefined : FEEL),
    names: catalogue.names ?? [],
  };
  return group("studio-condition", t("Điều kiện đi nhánh này"), [
    tick("studio-default", t("Nhánh còn lại, khi không nhánh nào khác đúng"), {
      element,
      get: () => otherwise,
      set: (ticked) => modeling.updateProperties(element.source, { default: ticked ? flow : undefined }),
    }),
    !otherwise && rows,
    !otherwise &&
      lines("studio-condition-text", t("Đi nhánh này khi"), {
        element,
        monospace: true,
        description: isFeel(flow) ? t('Viết bằng FEEL, ví dụ outcome = "yes".') : undefined,
        get,
        set: (body) => put(body, flow.get("conditionExpression")?.get("language")),
      }),
  ]);
}

// A text that says by itself that it is FEEL, as those of other programs do, without its sign.
function unmarked(text) {
  return text?.startsWith("=") && !text.startsWith("==") ? text.slice(1) : text;
}

function isFeel(flow) {
  return /feel/i.test(flow.get("conditionExpression")?.get("language") ?? "") || isFeelFile(flow);
}

// Whether the file says that its expressions are in FEEL, as new ones do.
function isFeelFile(part) {
  return /feel/i.test(definitionsOf(part)?.get("expressionLanguage") ?? "");
}

function definitionsOf(part) {
  return part && (is(part, "bpmn:Definitions") ? part : definitionsOf(part.$parent));
}

function chooses(source) {
  return is(source, "bpmn:ExclusiveGateway") || is(source, "bpmn:InclusiveGateway");
}
