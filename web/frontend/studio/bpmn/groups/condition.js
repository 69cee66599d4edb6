// When a flow is taken or a conditional event happens: rows to choose from, the text beside them, and which flow is left
// when none holds.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../words/say.js";
import { ConditionRows } from "../condition-rows.js";
import { group, lines, tick } from "../entries.js";
import { namesAt } from "../known-here.js";

const FEEL = "feel";

export function conditionGroup(element, tools) {
  if (is(element, "bpmn:SequenceFlow") && chooses(element.source)) return flowGroup(element, tools);
  const definition = conditionalOf(element);
  return definition ? eventGroup(element, definition, tools) : null;
}

function flowGroup(element, tools) {
  const { modeling } = tools;
  const flow = getBusinessObject(element);
  const otherwise = getBusinessObject(element.source).get("default") === flow;
  const held = { part: flow, get: () => flow.get("conditionExpression") };
  const put = (conditionExpression) => modeling.updateProperties(element, { conditionExpression });
  return group("studio-condition", t("Điều kiện đi nhánh này"), [
    tick("studio-default", t("Nhánh còn lại, khi không nhánh nào khác đúng"), {
      element,
      get: () => otherwise,
      set: (ticked) => modeling.updateProperties(element.source, { default: ticked ? flow : undefined }),
    }),
    ...(otherwise ? [] : conditionEntries(element, "studio-condition", t("Đi nhánh này khi"), { ...held, put }, tools)),
  ]);
}

function eventGroup(element, definition, tools) {
  const put = (condition) => tools.modeling.updateModdleProperties(element, definition, { condition });
  const held = { part: definition, get: () => definition.get("condition"), put };
  return group("studio-condition", t("Điều kiện của sự kiện"), [
    ...conditionEntries(element, "studio-condition", t("Xảy ra khi"), held, tools),
  ]);
}

// The fields of one condition. `part` is the element of BPMN that holds it, `get` gives its expression, `put` takes one.
export function conditionEntries(element, id, label, { part, get, put }, { bpmnFactory, catalogue }) {
  const write = (body, language) => {
    const expression = body ? bpmnFactory.create("bpmn:FormalExpression", { body, ...(language && { language }) }) : undefined;
    if (expression) expression.$parent = part;
    put(expression);
  };
  const isFeel = /feel/i.test(get()?.get("language") ?? "") || isFeelFile(part);
  const rows = {
    id: `${id}-rows`,
    component: ConditionRows,
    get: () => unmarked(get()?.get("body")),
    set: (body) => write(body, isFeelFile(part) ? undefined : FEEL),
    names: namesAt(catalogue.names ?? [], element),
  };
  const text = lines(`${id}-text`, label, {
    element,
    monospace: true,
    description: isFeel ? t('Viết bằng FEEL, ví dụ outcome = "yes".') : undefined,
    get: () => get()?.get("body"),
    set: (body) => write(body, get()?.get("language")),
  });
  return [rows, text];
}

// A text that says by itself that it is FEEL, as those of other programs do, without its sign.
function unmarked(text) {
  return text?.startsWith("=") && !text.startsWith("==") ? text.slice(1) : text;
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

function conditionalOf(element) {
  const definitions = is(element, "bpmn:Event") ? getBusinessObject(element).get("eventDefinitions") : [];
  return (definitions ?? []).find((one) => is(one, "bpmn:ConditionalEventDefinition"));
}
