// Whole pieces to put behind an element, or onto it: a step with its form, a ladder of reminders, an approval …
import { is } from "bpmn-js/lib/util/ModelUtil";
import { h } from "@bpmn-io/properties-panel/preact";

import { t } from "../../words/say.js";
import { group } from "../entries.js";
import pieces from "../template-pieces.json";

const OFFERED = [
  { id: "step", label: t("Thêm bước có biểu mẫu và nhắc việc"), on: "bpmn:FlowNode" },
  { id: "ladder", label: t("Thêm thang nhắc việc: sắp đến hạn, đến hạn, quá hạn"), on: "bpmn:UserTask" },
  { id: "approval", label: t("Thêm bước lãnh đạo đơn vị duyệt"), on: "bpmn:Activity" },
  { id: "opinion", label: t("Thêm bước sở, ngành cho ý kiến"), on: "bpmn:FlowNode" },
  { id: "citizen", label: t("Thêm bước chờ người dân bổ sung"), on: "bpmn:FlowNode" },
];
const CLOSED = ["bpmn:EndEvent", "bpmn:Gateway", "bpmn:BoundaryEvent"];

export function templateGroup(element, { templates, prepare, catalogue }) {
  if (!prepare || !is(element, "bpmn:FlowNode") || CLOSED.some((type) => is(element, type)) || element.type === "label") return null;
  const fitting = OFFERED.filter(({ on }) => is(element, on));
  const put = async ({ id }) => {
    const names = await prepare(pieces[id]);
    if (names) templates.put(pieces[id], element, { names, roles: catalogue.roles });
  };
  const entries = fitting.map((one) => ({ id: `studio-template-${one.id}`, component: () => h(Piece, { label: one.label, put: () => put(one) }) }));
  const made = group("studio-templates", t("Mẫu có sẵn"), entries);
  return made && { ...made, shouldOpen: false };
}

function Piece({ label, put }) {
  return h("div", { class: "studio-opener" }, h("button", { type: "button", class: "btn btn-sm btn-outline-secondary", onClick: put }, label));
}
