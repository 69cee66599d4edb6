// What an analyst may confirm instead of drawing it: a choice without a default flow, a task that nobody does.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../words/say.js";
import { group, tick } from "../entries.js";
import { property } from "../extensions.js";

const CHOOSING = ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway"];
const PLAIN = ["bpmn:Task", "bpmn:ManualTask"];

export function confirmGroup(element, { extensions }) {
  const object = getBusinessObject(element);
  const confirm = (name, value, label) =>
    tick(`studio-${name}`, label, {
      element,
      get: () => property(object, name) === value,
      set: (ticked) => extensions.setProperty(element, name, ticked ? value : ""),
    });
  const isChoice = CHOOSING.some((type) => is(element, type)) && !object.get("default");
  return group("studio-confirm", t("Xác nhận"), [
    isChoice && confirm("unmatched", "incident", t("Không điều kiện nào đúng thì hồ sơ dừng và báo sự cố")),
    PLAIN.includes(object.$type) && confirm("pass", "yes", t("Đi qua ngay, không ai phải làm")),
  ]);
}
