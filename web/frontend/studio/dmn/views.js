// What a file of decisions consists of, and where in it something stands: the drawing of requirements, each decision and
// each knowledge model. What no editor draws is shown as a text.
import { is } from "dmn-js-shared/lib/util/ModelUtil";

import { t } from "../words/say.js";
import { boxedText, logicOf } from "./boxed.js";
import { serviceText } from "./services.js";

const KINDS = {
  drd: t("Sơ đồ quyết định"),
  decisionTable: t("Bảng"),
  literalExpression: t("Biểu thức"),
  boxedExpression: t("Hàm"),
  text: t("Chỉ xem"),
  service: t("Dịch vụ quyết định"),
};

// The parts of a file, in its order: [{id, type, label, kind, view, text}]. `view` is what dmn-js opens, `text` what it
// cannot, decision services among it; `original` is the document as it was read.
export function partsOf(modeler, original) {
  const views = new Map(modeler.getViews().map((view) => [view.element.id, view]));
  const definitions = modeler.getDefinitions();
  const [drd, ...logics] = [definitions, ...definitions.get("drgElement")].map((element) => {
    const view = drawable(views.get(element.id));
    if (is(element, "dmn:DecisionService")) return part(element, "service", { text: serviceText(element, definitions) });
    return view ? part(element, view.type, { view }) : textual(element, original);
  });
  return [drd && { ...drd, label: KINDS.drd, kind: "" }, ...logics].filter(Boolean);
}

// A knowledge model is drawn when its body is an expression; dmn-js offers it with any other, too, and shows nothing.
function drawable(view) {
  if (view?.type !== "boxedExpression") return view;
  return is(view.element.get("encapsulatedLogic")?.get("body"), "dmn:LiteralExpression") ? view : undefined;
}

function textual(element, original) {
  const logic = logicOf(original.querySelector(`[id="${CSS.escape(element.id ?? "")}"]`));
  return logic && part(element, "text", { text: boxedText(logic) });
}

function part(element, type, more) {
  return { id: element.id, type, label: element.get("name") || element.id, kind: KINDS[type], ...more };
}

// Which decision or knowledge model each element of a file belongs to, by ids.
export function ownersOf(modeler) {
  const owners = new Map();
  for (const owner of modeler.getDefinitions().get("drgElement")) note(owner, owner.id, owners);
  return owners;
}

function note(element, owner, owners) {
  if (element.id) owners.set(element.id, owner);
  for (const { name, isReference, isAttr } of element.$descriptor?.properties ?? []) {
    if (isReference || isAttr) continue;
    for (const held of [element[name]].flat()) if (held?.$descriptor) note(held, owner, owners);
  }
}
