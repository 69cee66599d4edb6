// The way from an element to the file that it names, in one click.
import { h } from "@bpmn-io/properties-panel/preact";

import { t } from "../words/say.js";

// The entry of the panel that opens a file; none when nothing is named. `label` says what it opens.
export function opener(id, label, path, { go }) {
  return path && go && { id: `studio-open-${id}`, component: () => h(Opener, { label, open: () => go({ path }) }) };
}

function Opener({ label, open }) {
  const text = t("Mở: {label}", { label });
  return h("div", { class: "studio-opener" }, h("button", { type: "button", class: "btn btn-sm btn-link", onClick: open }, text));
}

// The file of a process or a decision, by what the draft's choices say of it.
export function fileOf(options, value) {
  return (options ?? []).find((one) => one.value === value)?.path;
}
