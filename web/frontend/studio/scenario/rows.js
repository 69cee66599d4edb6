// The rows of a scenario's table. Rows are moved, added and taken out; each cell is a field with a name of its own.
import { element, select } from "../dialogs.js";
import { chooseExpectations, chooseValues } from "./choosing.js";
import { t } from "../words/say.js";

const ACTS = [
  { value: "begin", label: t("Bắt đầu") },
  { value: "complete", label: t("Làm xong việc") },
  { value: "take", label: t("Nhận rồi làm xong việc") },
  { value: "message", label: t("Tin đến") },
  { value: "signal", label: t("Tín hiệu đến") },
  { value: "wait", label: t("Chờ") },
  { value: "", label: t("Chỉ kiểm tra") },
];
const COLUMNS = [
  ["who", t("Ai")],
  ["when", t("Khi nào")],
  ["act", t("Làm gì")],
  ["what", t("Điểm bắt đầu, việc, tin hoặc tín hiệu")],
  ["which", t("Việc nào (khi mở nhiều)")],
  ["values", t("Các giá trị")],
  ["expect", t("Phải thấy")],
];
const CHOOSERS = {
  values: (title, { fields }, text) => chooseValues(title, fields, text),
  expect: chooseExpectations,
};
const OUTSIDE = { message: t("Bên ngoài"), signal: t("Bên ngoài"), wait: t("Đồng hồ") };
const EMPTY = { act: "complete", what: "", which: "", when: "", values: "", expect: "", who: "" };

/** @typedef {HTMLTableRowElement & {fields: Record<string, any>}} FieldRow A row with its fields by name. */

export default class Rows {
  constructor(rows, { starts, tasks, marks = [], messages, signals }, changed, process = () => "") {
    this.tasks = tasks;
    this.starts = starts;
    this.marks = marks;
    this.changed = changed;
    this.process = process;
    this.names = { begin: starts, complete: tasks, take: tasks, message: messages, signal: signals };
    this.body = document.createElement("tbody");
    this.body.append(...rows.map((row) => this.row(row)));
    this.table = element("div", "", "table-responsive");
    const table = element("table", "", "table scenario-table");
    table.append(head(), this.body);
    const add = Object.assign(element("button", t("Thêm dòng"), "btn btn-outline-secondary"), { type: "button" });
    add.addEventListener("click", () => this.add(this.body.lastElementChild));
    this.table.append(table, add);
    this.number();
  }

  values() {
    return this.rows().map(({ fields }) => ({
      ...Object.fromEntries(["act", "what", "which", "when", "values", "expect"].map((name) => [name, fields[name].value])),
      who: fields.act.value === "begin" ? fields.who.value : "",
    }));
  }

  wrong(cells) {
    this.rows().forEach(({ fields }, place) => {
      for (const [name, field] of Object.entries(fields)) {
        said(field, cells.find((cell) => cell.row === place + 1 && cell.column === name)?.sentence);
      }
    });
  }

  row(row) {
    const made = /** @type {FieldRow} */ (document.createElement("tr"));
    const fields = {
      who: text("input", row.act === "begin" ? row.who : ""),
      when: text("input", row.when),
      act: select(ACTS, row.act),
      what: document.createElement("select"),
      which: text("input", row.which),
      values: text("textarea", row.values),
      expect: text("textarea", row.expect),
    };
    made.fields = fields;
    const who = element("td", "", "scenario-who");
    const named = element("span", row.who);
    fields.who.placeholder = "commune 26068";
    fields.who.classList.add("form-control");
    who.append(named, fields.who, element("p", "", "invalid-feedback"));
    const shown = () => {
      fields.who.hidden = fields.act.value !== "begin";
      named.hidden = !fields.who.hidden;
    };
    const filled = () => {
      this.offer(fields, fields.what.value);
      named.textContent = this.who(fields);
      shown();
    };
    this.offer(fields, row.what);
    shown();
    for (const field of [fields.act, fields.what]) field.addEventListener("change", filled);
    made.append(
      element("th", ""),
      who,
      ...COLUMNS.slice(1).map(([name]) => {
        const cell = document.createElement("td");
        fields[name].classList.add(fields[name].tagName === "SELECT" ? "form-select" : "form-control");
        cell.append(fields[name], element("p", "", "invalid-feedback"));
        if (name in CHOOSERS) cell.append(this.chooser(name, fields));
        return cell;
      }),
      this.acts(made),
    );
    return made;
  }

  // The button that opens a cell's list.
  chooser(name, fields) {
    const button = Object.assign(element("button", t("Chọn…"), "btn btn-sm btn-outline-secondary"), { type: "button" });
    button.addEventListener("click", async () => {
      const title = button.getAttribute("aria-label");
      const text = await CHOOSERS[name](title, this.choicesOf(fields), fields[name].value);
      if (text === undefined || text === fields[name].value) return;
      fields[name].value = text;
      this.changed();
    });
    fields[name].chooser = button;
    return button;
  }

  choicesOf({ act, what }) {
    const lists = act.value === "begin" ? this.starts : this.tasks;
    const about = lists.find(({ value }) => value === what.value);
    return { fields: about?.fields ?? [], tasks: this.tasks, marks: this.marks, process: this.process() };
  }

  // What a row's act can be about; what the file names is offered also when the draft has it no more.
  offer(fields, value) {
    const choices = this.names[fields.act.value] ?? [];
    const missing =
      value && choices.length && !choices.some((one) => one.value === value) ? [{ value, label: value }] : [];
    const offered = [{ value: "", label: "—" }, ...missing, ...choices];
    fields.what.replaceChildren(...offered.map((one) => new Option(one.label, one.value, false, one.value === value)));
    fields.what.disabled = !choices.length;
  }

  who({ act, what }) {
    return OUTSIDE[act.value] ?? (act.value ? (this.tasks.find(({ value }) => value === what.value)?.who ?? "") : "");
  }

  acts(row) {
    const cell = element("td", "", "scenario-acts");
    const act = (label, icon, does) => {
      const button = Object.assign(element("button", "", "btn btn-sm btn-link"), { type: "button", title: label });
      button.append(element("i", "", `bi bi-${icon}`), element("span", label, "visually-hidden"));
      button.addEventListener("click", does);
      cell.append(button);
    };
    act(t("Chuyển dòng lên"), "arrow-up", () => this.moved(() => row.previousElementSibling?.before(row)));
    act(t("Chuyển dòng xuống"), "arrow-down", () => this.moved(() => row.nextElementSibling?.after(row)));
    act(t("Thêm dòng dưới"), "plus-lg", () => this.add(row));
    act(t("Bỏ dòng"), "trash", () => this.moved(() => row.remove()));
    return cell;
  }

  add(above) {
    const row = this.row(EMPTY);
    this.moved(() => (above ? above.after(row) : this.body.append(row)));
    row.fields.when.focus();
  }

  moved(move) {
    move();
    this.number();
    this.changed();
  }

  /** @returns {FieldRow[]} */
  rows() {
    return /** @type {any} */ ([...this.body.children]);
  }

  // Each field is named by its row and column.
  number() {
    this.rows().forEach((row, place) => {
      row.firstElementChild.textContent = String(place + 1);
      for (const [name, label] of COLUMNS) {
        const said = t("{label}, dòng {row}", { label, row: place + 1 });
        row.fields[name].setAttribute("aria-label", said);
        row.fields[name].chooser?.setAttribute("aria-label", t("Chọn: {label}", { label: said }));
      }
    });
  }
}

// Says what is to be written in a field; nothing when it can be read.
export function said(field, sentence = "") {
  field.classList.toggle("is-invalid", Boolean(sentence));
  field.parentElement.querySelector(".invalid-feedback").textContent = sentence;
}

function head() {
  const made = document.createElement("thead");
  const row = document.createElement("tr");
  const ends = element("span", t("Thao tác"), "visually-hidden");
  row.append(element("th", "#"), ...COLUMNS.map(([, label]) => element("th", label)), element("th", ""));
  row.lastElementChild.append(ends);
  made.append(row);
  return made;
}

function text(name, value) {
  return Object.assign(document.createElement(name), { value, spellcheck: false });
}
