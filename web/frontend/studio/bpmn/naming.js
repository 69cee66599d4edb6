// An element gets an id out of its caption when it is first named, and keeps it: it stands in cases, scenarios and records.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { isMade, slugOf } from "./slug.js";

const NAMED = ["element.updateLabel", "element.updateProperties"];

export default class Naming {
  static $inject = ["eventBus", "modeling", "moddle"];

  constructor(eventBus, modeling, moddle) {
    this.modeling = modeling;
    this.moddle = moddle;
    for (const command of NAMED)
      eventBus.on(`commandStack.${command}.postExecuted`, ({ context }) => this.name(context.element.labelTarget ?? context.element));
    // What is pasted or made whole comes with its name.
    eventBus.on("commandStack.elements.create.postExecuted", ({ context }) => context.elements.forEach((one) => this.name(one)));
  }

  // The id of a lane says whose lane it is, and is chosen with that.
  name(element) {
    const object = getBusinessObject(element);
    if (!object?.name || !isMade(object.id) || is(element, "bpmn:Lane")) return;
    const id = this.idFor(object.name);
    if (id) this.modeling.updateProperties(element, { id });
  }

  // An id for a caption that nothing in the file has.
  idFor(caption) {
    return slugOf(caption, (id) => this.moddle.ids.assigned(id));
  }
}
