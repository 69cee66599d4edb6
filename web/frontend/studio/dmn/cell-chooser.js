// The list of values beside a table: what the chosen cell may say, by captions. The cell's own text stays in the table.
import { element, labelled, select } from "../dialogs.js";
import { t } from "../words/say.js";
import { readCell, writeCell } from "./cell-values.js";

const FLAGS = [
  { value: "true", label: t("có") },
  { value: "false", label: t("không") },
];

export default class CellChooser {
  // `names` are those of the data with their values, `isFeel` is the language of the file.
  constructor(place, names, isFeel) {
    this.names = names;
    this.isFeel = isFeel;
    this.box = element("section", "", "studio-side");
    this.box.hidden = true;
    place.append(this.box);
  }

  // What a column's cells can be chosen from; undefined where any value will do.
  optionsOf(column) {
    const name = this.names.find(({ value }) => value === nameOf(column));
    return name?.kind === "flag" ? FLAGS : (name?.values ?? undefined);
  }

  // Shows the list for a cell: {column, text, put}; without one it goes away.
  show(cell) {
    const options = cell && this.optionsOf(cell.column);
    const isInput = Boolean(cell?.column.inputExpression);
    const values = options && readCell(cell.text, isInput);
    this.box.hidden = !options;
    if (!options) return;
    const title = cell.column.label || cell.column.name || nameOf(cell.column);
    const put = (chosen) => cell.put(writeCell(chosen, { isInput, isFeel: this.isFeel }));
    const field = isInput ? this.several(title, options, values ?? [], put) : this.one(title, options, values?.[0], put);
    const note = values ? [] : [element("p", t("Ô này viết bằng biểu thức; chọn ở đây sẽ thay biểu thức."), "hint")];
    this.box.replaceChildren(...note, field);
  }

  several(title, options, values, put) {
    const list = element("fieldset", "", "cell-choices");
    const boxes = options.filter(({ value }) => value !== "" || values.includes("")).map((one) => tick(one, values.map(String).includes(one.value)));
    const changed = () => put(boxes.filter(({ box }) => box.checked).map(({ box }) => typed(box.value)));
    for (const { box } of boxes) box.addEventListener("change", changed);
    list.append(element("legend", title), element("p", t("Không chọn gì là trường hợp nào cũng được."), "hint"), ...boxes.map(({ row }) => row));
    return list;
  }

  one(title, options, value, put) {
    const offered = options.map((one) => ({ value: `=${one.value}`, label: one.label || t("(không có)") }));
    const list = select([{ value: "", label: t("— chưa chọn —") }, ...offered], value === undefined ? "" : `=${value}`);
    list.addEventListener("change", () => put(list.value ? [typed(list.value.slice(1))] : []));
    return labelled(title, list);
  }
}

// A column's name in the data: that of an input is its expression.
function nameOf(column) {
  return column.inputExpression ? (column.inputExpression.text ?? "").trim() : column.name;
}

function tick({ value, label }, checked) {
  const row = element("label", "", "choice");
  const box = Object.assign(document.createElement("input"), { type: "checkbox", value, checked, className: "form-check-input" });
  row.append(box, element("span", label || t("(không có)")));
  return { row, box };
}

function typed(value) {
  return value === "true" ? true : value === "false" ? false : value;
}
