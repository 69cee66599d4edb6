// Which message an event or task waits for or sends, chosen from what exists; what it carries.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../words/say.js";
import { among, choice, group, line } from "../entries.js";
import { extensionText } from "../extensions.js";
import { namesAt } from "../known-here.js";
import { nameOptions, withChosen } from "../offered.js";
import { slugOf } from "../slug.js";

const NEW = "+";
const SENDING = ["bpmn:EndEvent", "bpmn:IntermediateThrowEvent", "bpmn:SendTask"];

export function messageGroup(element, tools) {
  const owner = ownerOf(element);
  if (!owner) return null;
  const { catalogue } = tools;
  const message = owner.get("messageRef");
  const here = declared(element).map((one) => ({ value: one.name, label: one.name }));
  const outside = catalogue.messages.filter((one) => !here.some((known) => known.value === one.value));
  const known = here.map((one) => catalogue.messages.find((other) => other.value === one.value) ?? one);
  const sends = SENDING.some((type) => is(element, type));
  const carried = sends ? "messagePayload" : "messageVariable";
  return group("studio-message", t("Tin nhắn"), [
    choice("studio-message-name", sends ? t("Gửi tin nhắn") : t("Chờ tin nhắn"), {
      element,
      options: [...among([...known, ...outside], message?.name), { value: NEW, label: t("＋ Tin nhắn mới") }],
      get: () => message?.name,
      set: (name) => refer(element, owner, name, tools),
    }),
    message &&
      !catalogue.messages.some((one) => one.value === message.name) &&
      line("studio-message-rename", t("Tên của tin nhắn"), {
        element,
        get: () => message.name,
        set: (name) => name && tools.modeling.updateModdleProperties(element, message, { name }),
      }),
    message &&
      carriedField(element, { owner, carried, sends }, tools),
  ]);
}

// What a message brings is called in words, of which the name in the data is made; what one takes along is chosen.
function carriedField(element, { owner, carried, sends }, { extensions, catalogue }) {
  const get = () => extensionText(owner, carried);
  const put = (text) => extensions.setText(element, carried, text, owner);
  if (!sends)
    return line(`studio-${carried}`, t("Ghi nội dung nhận được vào"), { element, get, set: (text) => put(slugOf(text)) });
  const options = withChosen(nameOptions(namesAt(catalogue.names ?? [], element), () => true), get(), t("Không gửi kèm gì"));
  return choice(`studio-${carried}`, t("Nội dung gửi kèm"), { element, options, get, set: put });
}

// What holds the reference: the task itself, or an event's definition.
function ownerOf(element) {
  const object = getBusinessObject(element);
  if (is(element, "bpmn:SendTask") || is(element, "bpmn:ReceiveTask")) return object;
  return is(element, "bpmn:Event")
    ? (object.get("eventDefinitions") ?? []).find((one) => is(one, "bpmn:MessageEventDefinition"))
    : undefined;
}

function definitionsOf(element) {
  let found = getBusinessObject(element);
  while (found && !is(found, "bpmn:Definitions")) found = found.$parent;
  return found;
}

function declared(element) {
  return definitionsOf(element)
    .get("rootElements")
    .filter((one) => is(one, "bpmn:Message") && one.name);
}

function refer(element, owner, name, { modeling, moddle, bpmnFactory }) {
  const found = declared(element).find((one) => one.name === name);
  if (!name || found) {
    modeling.updateModdleProperties(element, owner, { messageRef: found });
    return;
  }
  const definitions = definitionsOf(element);
  const called = name === NEW ? fresh(element) : name;
  const id = `message_${slugOf(called)}`;
  const message = bpmnFactory.create("bpmn:Message", { name: called, ...(moddle.ids.assigned(id) ? {} : { id }) });
  if (message.id === id) moddle.ids.claim(id, message);
  message.$parent = definitions;
  modeling.updateModdleProperties(element, definitions, {
    rootElements: [message, ...definitions.get("rootElements")],
  });
  modeling.updateModdleProperties(element, owner, { messageRef: message });
}

function fresh(element) {
  const names = declared(element).map((one) => one.name);
  let number = 1;
  while (names.includes(`tin_${number}`)) number += 1;
  return `tin_${number}`;
}
