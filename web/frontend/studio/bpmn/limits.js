// Offers only what the engine runs: menus without what the checker refuses, and a new task is a user task.
import ElementFactory from "bpmn-js/lib/features/modeling/ElementFactory";

const LAST = 100;
const REFUSED = new RegExp(
  "^(replace-with-)?(task|manual-task|transaction|complex-gateway|data-store-reference|" +
    "(non-interrupting-)?conditional-start|cancel-.*|compensation-.*|link-intermediate-.*|.*ad-hoc-subprocess|ad-hoc|(parallel|exclusive)-event-based-instantiate-gateway)$",
);

export default class Limits {
  static $inject = ["palette", "contextPad", "popupMenu"];

  constructor(palette, contextPad, popupMenu) {
    palette.registerProvider(LAST, { getPaletteEntries: () => without("create.data-store") });
    contextPad.registerProvider(LAST, {
      getContextPadEntries: () => without("append.compensation-activity"),
    });
    const allowed = (entries) => Object.fromEntries(Object.entries(entries).filter(([id]) => !REFUSED.test(id)));
    popupMenu.registerProvider("bpmn-replace", LAST, { getPopupMenuEntries: () => allowed });
    // The menu still asks where the pad is by a name that its own library warns of.
    contextPad.getPad = (target) => ({
      html: contextPad.isOpen(target) ? contextPad._current.html : contextPad._createHtml(target),
    });
  }
}

function without(...ids) {
  return (entries) => Object.fromEntries(Object.entries(entries).filter(([id]) => !ids.includes(id)));
}

// A task without a kind waits for nobody's answer, so that one that is drawn is an officer's.
export class Tasks extends ElementFactory {
  /**
   * @param {any} kind
   * @param {any} attributes
   * @returns {any}
   */
  createElement(kind, attributes = {}) {
    const plain = attributes.type === "bpmn:Task" && !attributes.businessObject;
    return super.createElement(kind, plain ? { ...attributes, type: "bpmn:UserTask" } : attributes);
  }
}
