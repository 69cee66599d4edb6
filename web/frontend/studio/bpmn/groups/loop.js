// How often an activity repeats: for each item of a list, a number of times, or as long as something holds.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../words/say.js";
import { choice, group, line, number, tick } from "../entries.js";
import { namesAt } from "../known-here.js";
import { isList, isNumber, nameOptions, withChosen } from "../offered.js";
import { slugOf } from "../slug.js";
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
    fields.chosen("loopDataInputRef", t("Với mỗi mục của danh sách"), "bpmn:ItemAwareElement", isList, t("Làm theo số lần")),
    loop.get("loopDataInputRef") && fields.called("inputDataItem", t("Mỗi mục gọi là"), "bpmn:DataInput"),
    ...(loop.get("loopDataInputRef") ? [] : fields.times()),
    fields.called("loopDataOutputRef", t("Gom kết quả vào danh sách"), "bpmn:ItemAwareElement"),
    loop.get("loopDataOutputRef") &&
      fields.chosen("outputDataItem", t("Mỗi kết quả lấy từ"), "bpmn:DataOutput", () => true),
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
    this.element = element;
    this.loop = loop;
    this.tools = tools;
    this.names = namesAt(tools.catalogue.names ?? [], element);
  }

  update(changes) {
    this.tools.modeling.updateModdleProperties(this.element, this.loop, changes);
  }

  // A name of process data that there is, which BPMN writes as the id of an item.
  chosen(property, label, type, fits, nothing) {
    const id = this.loop.get(property)?.id;
    return choice(`studio-loop-${property}`, label, {
      element: this.element,
      options: withChosen(nameOptions(this.names, fits), id, nothing),
      get: () => id,
      set: (value) => this.update({ [property]: value ? this.make(type, { id: value }) : undefined }),
    });
  }

  // A name that begins here, called in words; the id is made of them once and stays.
  called(property, label, type) {
    return line(`studio-loop-${property}`, label, {
      element: this.element,
      get: () => this.loop.get(property)?.name || this.loop.get(property)?.id,
      set: (caption) => {
        const id = this.loop.get(property)?.id || slugOf(caption);
        const name = caption === id || type === "bpmn:ItemAwareElement" ? {} : { name: caption };
        const made = type === "bpmn:ItemAwareElement" ? slugOf(caption) : id;
        this.update({ [property]: slugOf(caption) ? this.make(type, { id: made, ...name }) : undefined });
      },
    });
  }

  // How often, as a number or out of the data.
  times() {
    const body = this.loop.get("loopCardinality")?.get("body");
    const isFixed = !body || /^\s*\d+\s*$/.test(body);
    const put = (value) =>
      this.update({ loopCardinality: value ? this.make("bpmn:FormalExpression", { body: String(value) }) : undefined });
    const source = choice("studio-loop-loopCardinality-from", t("{label}: lấy từ", { label: t("Số lần") }), {
      element: this.element,
      options: withChosen(nameOptions(this.names, isNumber), isFixed ? "" : body, t("Một số cố định")),
      get: () => (isFixed ? "" : body),
      set: put,
    });
    const fixed = number("studio-loop-loopCardinality", t("Số lần"), { element: this.element, min: 1, get: () => body, set: put });
    return isFixed ? [source, fixed] : [source];
  }

  condition(property, label) {
    const held = { part: this.loop, get: () => this.loop.get(property), put: (made) => this.update({ [property]: made }) };
    return conditionEntries(this.element, `studio-loop-${property}`, label, held, this.tools);
  }

  make(type, properties) {
    const made = this.tools.moddle.create(type, properties);
    made.$parent = this.loop;
    return made;
  }
}
