// How often an activity repeats: for each item of a list, a number of times, or as long as something holds.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../words/say.js";
import { group, line, number, tick } from "../entries.js";
import { conditionEntries } from "./condition.js";

export function loopGroup(element, tools) {
  const loop = is(element, "bpmn:Activity") && getBusinessObject(element).get("loopCharacteristics");
  if (!loop) return null;
  const fields = new Fields(element, loop, tools);
  const multiple = is(loop, "bpmn:MultiInstanceLoopCharacteristics");
  return group(
    "studio-loop",
    multiple ? t("Làm nhiều lần") : t("Lặp lại"),
    multiple ? instances(fields, loop) : turns(fields, loop),
  );
}

function instances(fields, loop) {
  return [
    tick("studio-loop-sequential", t("Lần lượt từng lần một"), {
      element: fields.element,
      get: () => loop.get("isSequential"),
      set: (isSequential) => fields.update({ isSequential }),
    }),
    fields.name(
      "loopDataInputRef",
      t("Với mỗi mục của danh sách"),
      "bpmn:ItemAwareElement",
      t("Tên dữ liệu chứa danh sách; để trống nếu làm theo số lần."),
    ),
    fields.name("inputDataItem", t("Mỗi mục gọi là"), "bpmn:DataInput"),
    fields.expression("loopCardinality", t("Số lần (biểu thức)")),
    fields.name("loopDataOutputRef", t("Gom kết quả vào danh sách"), "bpmn:ItemAwareElement"),
    fields.name("outputDataItem", t("Mỗi kết quả lấy từ"), "bpmn:DataOutput"),
    ...fields.condition("completionCondition", t("Dừng sớm khi")),
  ];
}

function turns(fields, loop) {
  return [
    number("studio-loop-maximum", t("Nhiều nhất bao nhiêu lần"), {
      element: fields.element,
      min: 1,
      get: () => loop.get("loopMaximum"),
      set: (value) => fields.update({ loopMaximum: value === "" ? undefined : Number(value) }),
    }),
    ...fields.condition("loopCondition", t("Lặp khi còn đúng")),
    tick("studio-loop-before", t("Xét điều kiện trước mỗi lần"), {
      element: fields.element,
      get: () => loop.get("testBefore"),
      set: (testBefore) => fields.update({ testBefore }),
    }),
  ];
}

class Fields {
  constructor(element, loop, tools) {
    Object.assign(this, { element, loop, tools });
  }

  update(changes) {
    this.tools.modeling.updateModdleProperties(this.element, this.loop, changes);
  }

  // A name of process data, which BPMN writes as the id of an item.
  name(property, label, type, description) {
    return this.field(
      property,
      label,
      () => this.loop.get(property)?.id,
      (id) => this.make(type, { id }),
      description,
    );
  }

  expression(property, label) {
    const make = (body) => this.make("bpmn:FormalExpression", { body });
    return this.field(property, label, () => this.loop.get(property)?.get("body"), make);
  }

  condition(property, label) {
    const held = { part: this.loop, get: () => this.loop.get(property), put: (made) => this.update({ [property]: made }) };
    return conditionEntries(this.element, `studio-loop-${property}`, label, held, this.tools);
  }

  field(property, label, get, make, description) {
    const set = (text) => this.update({ [property]: text ? make(text) : undefined });
    return line(`studio-loop-${property}`, label, { element: this.element, description, get, set });
  }

  make(type, properties) {
    const made = this.tools.moddle.create(type, properties);
    made.$parent = this.loop;
    return made;
  }
}
