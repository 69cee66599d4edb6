// What is computed: the script of a script task, scripts before and after any activity.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../words/say.js";
import { group, lines } from "../entries.js";
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
