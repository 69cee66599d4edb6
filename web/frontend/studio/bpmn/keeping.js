// Keeps what the drawing program would let go of: references to names that are no elements, and unknown extensions and
// attributes of elements that are copied or turned into another kind.
const EARLY = 2000;

export default class Keeping {
  static $inject = ["eventBus", "moddle"];

  constructor(eventBus, moddle) {
    this.moddle = moddle;
    eventBus.on("import.parse.complete", EARLY, ({ references }) => this.name(references ?? []));
    eventBus.on("moddleCopy.canCopyProperties", EARLY, ({ sourceElement, targetElement }) =>
      attributes(sourceElement, targetElement),
    );
    eventBus.on("moddleCopy.canCopyProperty", EARLY, ({ property, parent }) => this.copy(property, parent));
  }

  // The list of a repeated activity is process data, which no element stands for; its name is kept as an item's id.
  name(references) {
    for (const { element, property, id } of references) {
      const short = property.split(":").at(-1);
      if (/^loopData(In|Out)putRef$/.test(short) && !element.get(short)) {
        element.set(short, this.moddle.create("bpmn:ItemAwareElement", { id }));
      }
    }
  }

  copy(part, parent) {
    if (!part?.$descriptor?.isGeneric) return undefined;
    const copied = this.unknown(part);
    copied.$parent = parent;
    return copied;
  }

  unknown(part) {
    const properties = Object.entries(part).filter(([name]) => !["$type", "$parent", "$children"].includes(name));
    const copied = this.moddle.createAny(part.$type, part.$descriptor.ns.uri, Object.fromEntries(properties));
    if (part.$children) copied.$children = part.$children.map((child) => this.unknown(child));
    return copied;
  }
}

// Attributes of other programs, which have a prefix.
function attributes(from, to) {
  for (const [name, value] of Object.entries(from.$attrs ?? {})) {
    if (name.includes(":") && !name.startsWith("xmlns:")) to.$attrs[name] ??= value;
  }
}
