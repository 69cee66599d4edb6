// The editor of scenarios: what stands above, and a table of who does what when, and what is seen then.
import { element, labelled, select } from "../dialogs.js";
import Rows, { said } from "../scenario/rows.js";
import { t } from "../words/say.js";
import Editor from "./editor.js";

const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?=\+07:00$)/;

export default class ScenarioEditor extends Editor {
  static async open(place, text, { api, path, changed }) {
    const { table, ...choices } = await api.table(path, text);
    return new ScenarioEditor(place, { api, path, text, table, choices, changed });
  }

  constructor(place, { api, path, text, table, choices, changed }) {
    super();
    this.place = place;
    this.api = api;
    this.path = path;
    this.original = text;
    this.fields = { name: input(table.name), process: select(known(choices.processes, table.process), table.process) };
    this.fields.province = select(choices.provinces, table.province);
    this.fields.starts_at = instant(table.starts_at);
    for (const name of ["data", "staff"]) this.fields[name] = input(table[name]);
    this.rows = new Rows(table.rows, choices, changed, () => this.fields.process.value);
    this.opened = JSON.stringify(this.table());
    const sheet = element("div", "", "scenario");
    sheet.append(this.head(), this.rows.table);
    sheet.addEventListener("input", changed);
    place.canvas.append(sheet);
    place.panel.append(help());
  }

  head() {
    const labels = [
      ["name", t("Kịch bản chứng tỏ điều gì")],
      ["process", t("Quy trình")],
      ["province", t("Loại tỉnh")],
      ["starts_at", t("Bắt đầu lúc")],
      ["data", t("Dữ liệu ban đầu")],
      ["staff", t("Đơn vị có người (để trống: mọi đơn vị đều có)")],
    ];
    const head = element("div", "", "scenario-head");
    for (const [name, label] of labels) {
      const field = labelled(label, this.fields[name]);
      field.append(element("p", "", "invalid-feedback"));
      head.append(field);
    }
    return head;
  }

  table() {
    const above = Object.fromEntries(Object.entries(this.fields).map(([name, { value }]) => [name, value]));
    if (this.fields.starts_at.type === "datetime-local") above.starts_at = `${above.starts_at}+07:00`;
    return { ...above, rows: this.rows.values() };
  }

  // A table that nobody changed keeps its text; the server writes every other one, and names the cells it cannot read.
  async text() {
    const table = this.table();
    if (JSON.stringify(table) === this.opened) return this.original;
    this.wrong([]);
    try {
      return (await this.api.written(this.path, table, this.original)).text;
    } catch (error) {
      this.wrong(error.cells ?? []);
      throw error;
    }
  }

  wrong(cells) {
    for (const [name, field] of Object.entries(this.fields))
      said(field, cells.find(({ row, column }) => row === 0 && column === name)?.sentence);
    this.rows.wrong(cells);
  }

  show() {
    this.fields.name.focus();
    return true;
  }
}

function input(value) {
  return Object.assign(document.createElement("input"), { value });
}

// An hour of Vietnam is chosen; another instant stays as it is written.
function instant(value) {
  const local = LOCAL.exec(value)?.[0];
  return local ? Object.assign(input(local), { type: "datetime-local" }) : input(value);
}

// What the file names is offered also when the draft has it no more.
function known(choices, value) {
  return choices.some((one) => one.value === value) ? choices : [{ value, label: value }, ...choices];
}

function help() {
  const box = element("section", "", "studio-side");
  box.append(
    element("h2", t("Cách viết kịch bản")),
    element("p", t("Mỗi dòng là một việc: ai làm gì, sau bao lâu kể từ dòng trên, và điều phải thấy ngay sau đó.")),
    element(
      "p",
      t("Bắt đầu: ai gửi biểu mẫu bắt đầu (vai trò và mã đơn vị, ví dụ commune 26068); điểm bắt đầu theo giờ thì để trống."),
    ),
    element("p", t("Khi nào: 30m, 2h, 5d, hoặc một thời điểm như 2026-12-07T08:00+07:00.")),
    element(
      "p",
      t("Việc nào: khi nhiều việc cùng tên đang mở, viết unit: mã đơn vị, item: phần tử, hoặc number: 2 (việc mở thứ hai)."),
    ),
    element(
      "p",
      t("Các giá trị: tên: giá trị, cách nhau bằng dấu phẩy. Ví dụ outcome: correct, findings: Đã xác minh."),
    ),
    element(
      "p",
      t("Phải thấy: open (việc đang mở), marks (mốc đã ghi), notices (thư đã gửi theo bậc), deadline, finished, refused (trường bị từ chối)."),
    ),
  );
  return box;
}
