// Which decision a rule task asks, and which process a call activity runs.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../words/say.js";
import { among, choice, group } from "../entries.js";
import { extensionText } from "../extensions.js";
import { fileOf, opener } from "../opener.js";

export function decisionGroup(element, tools) {
  const { extensions, catalogue } = tools;
  if (!is(element, "bpmn:BusinessRuleTask")) return null;
  const decision = extensionText(getBusinessObject(element), "calledDecisionId");
  return group("studio-decision", t("Bảng quyết định"), [
    choice("studio-decision-id", t("Tra bảng"), {
      element,
      options: among(catalogue.decisions, decision),
      get: () => decision,
      set: (value) => extensions.setText(element, "calledDecisionId", value),
    }),
    opener("decision", t("bảng quyết định"), fileOf(catalogue.decisions, decision), tools),
  ]);
}

export function calledGroup(element, tools) {
  const { modeling, catalogue } = tools;
  if (!is(element, "bpmn:CallActivity")) return null;
  const called = getBusinessObject(element).get("calledElement");
  return group("studio-called", t("Quy trình được gọi"), [
    choice("studio-called-process", t("Chạy quy trình"), {
      element,
      options: among(catalogue.processes, called),
      get: () => called,
      set: (value) => modeling.updateProperties(element, { calledElement: value || undefined }),
    }),
    opener("process", t("sơ đồ"), fileOf(catalogue.processes, called), tools),
  ]);
}
