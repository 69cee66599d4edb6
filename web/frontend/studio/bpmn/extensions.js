// What the engine reads beside BPMN: the `spiffworkflow:` elements of an element, read and written as undoable steps.
// They are kept as the drawing program's "unknown" elements, so that none is lost that this file does not know.
import { getBusinessObject } from "bpmn-js/lib/util/ModelUtil";

export const SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core";
const PREFIX = "spiffworkflow";

function isOurs(part, name) {
  const kind = part.$descriptor?.ns;
  return kind?.uri === SPIFF && kind.localName === name;
}

function parts(owner) {
  return owner.get("extensionElements")?.get("values") ?? [];
}

function childrenOf(part, name) {
  return (part?.$children ?? []).filter((child) => isOurs(child, name));
}

// The last extension of that name, which is the one the engine keeps.
export function extension(owner, name) {
  return parts(owner)
    .filter((part) => isOurs(part, name))
    .at(-1);
}

// The text of an extension, empty when there is none.
export function extensionText(owner, name) {
  return extension(owner, name)?.$body ?? "";
}

// The value of a property, undefined when there is none.
export function property(owner, name) {
  const all = parts(owner).filter((part) => isOurs(part, "properties"));
  return all.flatMap((part) => childrenOf(part, "property")).findLast((part) => part.name === name)?.value;
}

// The operator of a service task with its parameters by name; undefined when it has none.
export function operator(owner) {
  const found = extension(owner, "serviceTaskOperator");
  if (!found) return undefined;
  const given = childrenOf(childrenOf(found, "parameters")[0], "parameter");
  const retry = childrenOf(found, "retry")[0];
  return {
    id: found.id ?? "",
    parameters: Object.fromEntries(given.map((part) => [part.id, part.value])),
    retries: retry?.retries ?? "",
    backoff: retry?.backoff_base ?? "",
  };
}

export default class Extensions {
  static $inject = ["modeling", "moddle"];

  constructor(modeling, moddle) {
    this.modeling = modeling;
    this.moddle = moddle;
  }

  // An extension that holds text; an empty one is removed.
  setText(element, name, text, owner = getBusinessObject(element)) {
    this.put(element, owner, name, text ? this.any(name, { $body: text }) : undefined);
  }

  // A property in `spiffworkflow:properties`; an empty one is removed.
  setProperty(element, name, value) {
    const owner = getBusinessObject(element);
    const holder = extension(owner, "properties");
    const children = (holder?.$children ?? []).map((child) =>
      child.name === name && value ? this.any("property", { ...plain(child), value }) : child,
    );
    const known = children.some((child) => child.name === name);
    const next = value ? children : children.filter((child) => child.name !== name);
    if (value && !known) next.push(this.any("property", { name, value }));
    this.put(
      element,
      owner,
      "properties",
      next.length ? this.any("properties", { ...plain(holder), $children: next }) : undefined,
    );
  }

  // The operator of a service task: another one begins without parameters.
  setOperator(element, id) {
    const owner = getBusinessObject(element);
    const fresh =
      id && this.any("serviceTaskOperator", { id, resultVariable: `_${id}`, $children: [this.any("parameters", {})] });
    this.put(element, owner, "serviceTaskOperator", fresh || undefined);
  }

  // One parameter of the operator, an expression; an empty one is removed.
  setParameter(element, id, value) {
    const held = childrenOf(extension(getBusinessObject(element), "serviceTaskOperator"), "parameters")[0];
    const given = held?.$children ?? [];
    const changed = given.map((part) => (part.id === id ? this.any("parameter", { ...plain(part), value }) : part));
    const known = changed.some((part) => part.id === id);
    const next = value ? changed : changed.filter((part) => part.id !== id);
    if (value && !known) next.push(this.any("parameter", { id, type: "any", value }));
    this.inOperator(element, "parameters", this.any("parameters", { ...plain(held), $children: next }));
  }

  // How often a failed call is tried again, and the base of the growing pause; without a number, never.
  setRetry(element, retries, backoff) {
    const given = { ...(retries && { retries }), ...(backoff && { backoff_base: backoff }) };
    this.inOperator(element, "retry", retries ? this.any("retry", given) : undefined);
  }

  inOperator(element, name, part) {
    const owner = getBusinessObject(element);
    const held = extension(owner, "serviceTaskOperator");
    const others = (held.$children ?? []).filter((child) => !isOurs(child, name));
    const $children = part ? [...others, part] : others;
    this.put(element, owner, "serviceTaskOperator", this.any("serviceTaskOperator", { ...plain(held), $children }));
  }

  // Puts an extension in the place of the one of its name. Lists are replaced, not changed, so that undo finds the old.
  put(element, owner, name, part) {
    const values = parts(owner);
    const place = values.findLastIndex((one) => isOurs(one, name));
    const next = place < 0 ? [...values, part] : values.with(place, part);
    const kept = next.filter(Boolean);
    const extensionElements = kept.length ? this.moddle.create("bpmn:ExtensionElements", { values: kept }) : undefined;
    if (extensionElements) extensionElements.$parent = owner;
    this.modeling.updateModdleProperties(element, owner, { extensionElements });
  }

  any(name, properties) {
    return this.moddle.createAny(`${PREFIX}:${name}`, SPIFF, properties);
  }
}

// The attributes, text and children of an unknown element.
function plain(part) {
  if (!part) return {};
  return Object.fromEntries(
    Object.entries(part).filter(([name]) => !["$type", "$parent", "$descriptor"].includes(name)),
  );
}
