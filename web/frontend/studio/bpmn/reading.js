// A drawing that somebody may look at and not change: whatever asks an editor's rules is refused.
const FIRST = 10_000;
const GESTURES = ["element.dblclick", "shape.move.start", "connect.start", "resize.start", "bendpoint.move.start"];

class Refusal {
  static $inject = ["eventBus", "canvas"];

  constructor(eventBus, canvas) {
    canvas.getContainer().classList.add("only-read");
    for (const event of [...GESTURES, "commandStack.canExecute"]) eventBus.on(event, FIRST, () => false);
  }
}

export default { __init__: ["refusal"], refusal: ["type", Refusal] };
