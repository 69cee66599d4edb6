// What English readers see of an element: its name, and of a user task the instructions.
import { getBusinessObject, isAny } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../words/say.js";
import { group, line, lines } from "../entries.js";
import { property } from "../extensions.js";

const NAMED = ["bpmn:FlowNode", "bpmn:Lane", "bpmn:Participant"];

export function englishGroup(element, { extensions }) {
  if (!isAny(element, NAMED)) return null;
  const owner = getBusinessObject(element);
  const entry = (make, name, label, field = {}) =>
    make(`studio-${name}`, label, {
      element,
      get: () => property(owner, name),
      set: (value) => extensions.setProperty(element, name, value),
      ...field,
    });
  return group("studio-english", t("Bản tiếng Anh"), [
    entry(line, "name_en", t("Tên tiếng Anh"), {
      description: t("Người đọc tiếng Anh thấy tên này; để trống thì thấy tên tiếng Việt."),
    }),
    isAny(element, ["bpmn:UserTask", "bpmn:StartEvent"]) && entry(lines, "instructions_en", t("Hướng dẫn tiếng Anh")),
  ]);
}
