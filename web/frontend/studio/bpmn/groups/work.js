// Who does a user task, with which form, told what; and whose lane a lane is.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../words/say.js";
import { among, choice, group, lines, tick } from "../entries.js";
import { extensionText, property } from "../extensions.js";
import { namesAt } from "../known-here.js";
import { opener } from "../opener.js";
import { unitOptions, withChosen } from "../offered.js";

const LANE = "lane_";

// The file of a form that the draft has.
export function formFile(form, { forms }) {
  return forms.some((one) => one.value === form) ? `forms/${form}.json` : undefined;
}

export function workGroup(element, tools) {
  const { extensions, catalogue } = tools;
  if (!is(element, "bpmn:UserTask")) return null;
  const task = getBusinessObject(element);
  const names = namesAt(catalogue.names ?? [], element);
  const entry = (make, name, label, field = {}) =>
    make(`studio-${name}`, label, {
      element,
      get: () => property(task, name),
      set: (value) => extensions.setProperty(element, name, value),
      ...field,
    });
  return group("studio-work", t("Việc của cán bộ"), [
    entry(choice, "role", t("Vai trò thực hiện"), { options: among(catalogue.roles, property(task, "role")) }),
    entry(choice, "form", t("Biểu mẫu"), { options: among(catalogue.forms, property(task, "form")) }),
    opener("form", t("biểu mẫu"), formFile(property(task, "form"), catalogue), tools),
    lines("studio-instructions", t("Hướng dẫn cho người làm"), {
      element,
      get: () => extensionText(task, "instructionsForEndUser"),
      set: (text) => extensions.setText(element, "instructionsForEndUser", text),
    }),
    entry(choice, "unit", t("Đơn vị làm việc này"), {
      options: withChosen(unitOptions(names, catalogue.units ?? []), property(task, "unit"), t("Theo vai trò và địa bàn")),
    }),
    tick("studio-ladder", t("Không phải việc chính của hồ sơ"), {
      element,
      description: t("Người đang giữ việc này không nhận thông báo gửi cho “đơn vị”."),
      get: () => property(task, "ladder") === "no",
      set: (ticked) => extensions.setProperty(element, "ladder", ticked ? "no" : ""),
    }),
  ]);
}

export function laneGroup(element, { modeling, catalogue }) {
  if (!is(element, "bpmn:Lane")) return null;
  const lane = getBusinessObject(element);
  const role = lane.id.startsWith(LANE) ? lane.id.slice(LANE.length) : "";
  return group("studio-lane", t("Làn"), [
    choice("studio-lane-role", t("Vai trò của làn"), {
      element,
      options: among(catalogue.roles, catalogue.roles.some((one) => one.value === role) ? role : ""),
      get: () => role,
      set: (value) =>
        value && modeling.updateProperties(element, { id: LANE + value, name: labelOf(catalogue.roles, value) }),
    }),
  ]);
}

function labelOf(options, value) {
  return options.find((one) => one.value === value)?.label ?? value;
}
