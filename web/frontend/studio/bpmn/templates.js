// Puts a template onto the drawing whole: steps, events and flows with forms, timers and mails, as one step to undo.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { quoted } from "./literal.js";

const GAP = { x: 60, y: 30 };
const SHIFT = 40;
const MOST = 200;
// Where events stand on the border of a step, as shares of its width and height: as far from each other as can be.
const BORDER = [
  [0.2, 1],
  [0.8, 1],
  [0.2, 0],
];
const LANE = "lane_";

class Whole {
  preExecute({ make }) {
    make();
  }
}

export default class Templates {
  static $inject = ["commandStack", "modeling", "elementFactory", "elementRegistry", "extensions", "bpmnFactory", "selection"];

  constructor(commandStack, modeling, elementFactory, elementRegistry, extensions, bpmnFactory, selection) {
    this.commandStack = commandStack;
    this.modeling = modeling;
    this.elementFactory = elementFactory;
    this.elementRegistry = elementRegistry;
    this.extensions = extensions;
    this.bpmnFactory = bpmnFactory;
    this.selection = selection;
    commandStack.registerHandler("studio.template", Whole);
  }

  // Puts a template behind an element, or onto it; `names` are those of its files, `roles` the captions of roles.
  put(template, anchor, { names, roles }) {
    let first;
    this.commandStack.execute("studio.template", { make: () => (first = this.make(template, anchor, { names, roles })) });
    this.selection.select(first);
  }

  make(template, anchor, given) {
    const shapes = new Map([["anchor", anchor]]);
    const [next] = anchor.outgoing.filter(({ type }) => type === "bpmn:SequenceFlow");
    const origin = this.originOf(template, anchor, given);
    for (const node of template.nodes) shapes.set(node.key, this.node(node, shapes, origin, given));
    for (const [from, to, words] of template.flows) this.flow(shapes.get(from), shapes.get(to), words, given);
    if (template.in) this.insert(template, shapes, next);
    return shapes.get(template.in ?? template.nodes[0].key);
  }

  // Where the template's middle is: beside the element, moved until nothing stands there.
  originOf(template, anchor, given) {
    const beside = template.in ? anchor.width / 2 + GAP.x + 50 : 0;
    const origin = { x: anchor.x + anchor.width / 2 + beside, y: anchor.y + anchor.height / 2 };
    const main = template.nodes.filter(({ attach }) => !attach).map((node) => [node, this.laneOf(node, anchor, given)]);
    const middle = (lane) => (lane ? lane.y + lane.height / 2 : undefined);
    // What has no lane of its own stands beside the first step.
    const row = middle(main.find(([node]) => node.key === template.in)?.[1]) ?? origin.y;
    const placed = main.map(([node, lane]) => ({ node, y: (middle(lane) ?? row) + node.y }));
    const lanes = new Map(placed.map(({ node, y }) => [node.key, y]));
    const isFree = () => placed.every(({ node, y }) => this.isFree(origin.x + node.x, y));
    for (let turn = 0; turn < MOST && !isFree(); turn += 1) origin.x += SHIFT;
    return { ...origin, anchor, heights: lanes };
  }

  isFree(x, y) {
    const box = { left: x - 50 - GAP.y, right: x + 50 + GAP.y, top: y - 40 - GAP.y / 2, bottom: y + 40 + GAP.y / 2 };
    const stands = ({ x: left, y: top, width, height }) =>
      left < box.right && left + width > box.left && top < box.bottom && top + height > box.top;
    return !this.elementRegistry.find(
      (one) => one.width && is(one, "bpmn:FlowNode") && !one.labelTarget && one.type !== "label" && !one.children?.length && stands(one),
    );
  }

  // The lane of a step's role where the drawing has lanes; one is drawn for a role that has none.
  laneOf({ role }, anchor, { roles }) {
    const lanes = this.elementRegistry.filter((one) => is(one, "bpmn:Lane") && one.parent);
    if (!role || !lanes.length) return undefined;
    const known = this.elementRegistry.get(LANE + role);
    if (known?.parent) return known;
    const last = lanes.reduce((low, one) => (one.y + one.height > low.y + low.height ? one : low));
    const lane = this.modeling.addLane(last, "bottom");
    const name = roles.find(({ value }) => value === role)?.label ?? role;
    this.modeling.updateProperties(lane, { id: LANE + role, name });
    return lane;
  }

  node(node, shapes, origin, given) {
    const shape = node.attach ? this.event(node, shapes.get(node.attach)) : this.step(node, origin);
    if (node.name) this.modeling.updateProperties(shape, { name: node.name });
    if (node.form) this.extensions.setProperty(shape, "form", given.names.forms[node.form]);
    if (node.type === "bpmn:UserTask") this.work(node, shape, origin);
    if (node.mail) this.notice(shape, given.names.mails[node.mail], node.to);
    if (node.operator) this.extensions.setOperator(shape, node.operator);
    for (const [name, value] of Object.entries(node.parameters ?? {})) this.extensions.setParameter(shape, name, value);
    return shape;
  }

  step(node, { x, heights, anchor }) {
    const shape = this.elementFactory.createShape({ type: node.type });
    return this.modeling.createShape(shape, { x: x + node.x, y: heights.get(node.key) }, anchor.parent);
  }

  // A step without a role of its own is done by whoever has the lane.
  work({ role }, shape, { anchor }) {
    const lane = (getBusinessObject(anchor).get("lanes") ?? [])[0];
    const own = lane?.id.startsWith(LANE) ? lane.id.slice(LANE.length) : "";
    if (role ?? own) this.extensions.setProperty(shape, "role", role ?? own);
  }

  event({ timer, interrupts = false, place = 0 }, host) {
    const attributes = { type: "bpmn:BoundaryEvent", eventDefinitionType: "bpmn:TimerEventDefinition" };
    const shape = this.elementFactory.createShape({ ...attributes, cancelActivity: interrupts });
    const [across, down] = BORDER[place % BORDER.length];
    const at = { x: host.x + host.width * across, y: host.y + host.height * down };
    const event = this.modeling.createShape(shape, at, host, { attach: true });
    const [definition] = getBusinessObject(event).get("eventDefinitions");
    const timeDate = this.bpmnFactory.create("bpmn:FormalExpression", { body: timer });
    timeDate.$parent = definition;
    this.modeling.updateModdleProperties(event, definition, { timeDate });
    return event;
  }

  notice(shape, mail, to) {
    this.extensions.setOperator(shape, "notice");
    for (const [name, value] of [["template", quoted(mail)], ["rung", quoted(mail)], ["to", `[${to.map(quoted).join(", ")}]`]])
      this.extensions.setParameter(shape, name, value);
  }

  flow(source, target, /** @type {{name?: string, condition?: string}} */ { name, condition } = {}, { names }) {
    const flow = this.modeling.connect(source, target);
    if (name) this.modeling.updateProperties(flow, { name });
    if (!condition) return flow;
    const body = condition.replaceAll("FORM", names.forms.form);
    const conditionExpression = this.bpmnFactory.create("bpmn:FormalExpression", { body, language: "feel" });
    conditionExpression.$parent = getBusinessObject(flow);
    this.modeling.updateProperties(flow, { conditionExpression });
    return flow;
  }

  // Stands between an element and what came behind it; an end, where nothing did.
  insert(template, shapes, next) {
    const [anchor, begins] = [shapes.get("anchor"), shapes.get(template.in)];
    const target = next?.target ?? this.endBehind(shapes.get(template.out[0]), anchor, template.endName);
    if (next) this.modeling.reconnectEnd(next, begins, { x: begins.x, y: begins.y + begins.height / 2 });
    else this.modeling.connect(anchor, begins);
    for (const key of template.out) {
      const flow = this.modeling.connect(shapes.get(key), target);
      if (template.outName) this.modeling.updateProperties(flow, { name: template.outName });
      if (template.default === key) this.modeling.updateProperties(shapes.get(key), { default: getBusinessObject(flow) });
    }
  }

  endBehind(shape, anchor, name) {
    const end = this.elementFactory.createShape({ type: "bpmn:EndEvent" });
    const at = { x: shape.x + shape.width + GAP.x + 18, y: shape.y + shape.height / 2 };
    const made = this.modeling.createShape(end, at, anchor.parent);
    this.modeling.updateProperties(made, { name });
    return made;
  }
}
