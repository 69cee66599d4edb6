// The editor of mail templates: subject and body, the names that may stand in them, and the mail as a case would get it.
import { isWord } from "../api.js";
import { element, labelled } from "../dialogs.js";
import { t } from "../words/say.js";
import Editor from "./editor.js";

const NAMES = [
  ["{{ case.code }}", t("mã hồ sơ")],
  ["{{ case.field }}", t("lĩnh vực")],
  ["{{ case.place }}", t("địa bàn")],
  ["{{ case.deadline }}", t("hạn giải quyết")],
  ["{{ unit.name }}", t("tên đơn vị nhận")],
  ["{{ task.name }}", t("tên việc")],
  ["{{ link }}", t("đường dẫn")],
  ["{{ days_late }}", t("số ngày quá hạn")],
  ["{{ occurrence }}", t("lượt nhắc")],
];
const CODE = "studio-mail-case";

export default class MailEditor extends Editor {
  static async open(place, text, { api, path, changed }) {
    return new MailEditor(place, text, { api, path, changed });
  }

  constructor(place, text, { api, path, changed }) {
    super();
    this.place = place;
    this.api = api;
    this.path = path;
    const [subject, ...body] = text.split("\n");
    this.subject = Object.assign(document.createElement("input"), { value: subject });
    this.body = Object.assign(document.createElement("textarea"), { value: body.join("\n") });
    /** @type {HTMLInputElement | HTMLTextAreaElement} */
    this.focused = this.body;
    for (const field of [this.subject, this.body]) {
      field.addEventListener("input", changed);
      field.addEventListener("focus", () => (this.focused = field));
    }
    const sheet = element("div", "", "studio-text");
    sheet.append(labelled(t("Tiêu đề thư"), this.subject), labelled(t("Nội dung thư"), this.body));
    place.canvas.append(sheet);
    place.panel.append(this.names(changed), this.preview());
  }

  names(changed) {
    const box = element("section", "", "studio-side");
    box.append(element("h2", t("Chèn vào thư")));
    for (const [name, meaning] of NAMES) {
      const button = Object.assign(element("button", meaning, "btn btn-outline-secondary btn-sm"), {
        type: "button",
        title: name,
      });
      button.addEventListener("click", () => {
        this.focused.setRangeText(name, this.focused.selectionStart, this.focused.selectionEnd, "end");
        this.focused.focus();
        changed();
      });
      box.append(button);
    }
    return box;
  }

  preview() {
    const box = element("section", "", "studio-side");
    const code = Object.assign(document.createElement("input"), { value: localStorage.getItem(CODE) ?? "" });
    const show = Object.assign(element("button", t("Xem thử"), "btn btn-outline-primary"), { type: "button" });
    this.shown = element("div", "", "studio-mail");
    this.shown.setAttribute("role", "status");
    show.addEventListener("click", () => this.ask(code.value.trim()));
    box.append(
      element("h2", t("Xem thử với hồ sơ thật")),
      labelled(t("Mã hồ sơ"), code, t("Ví dụ DN-26-000460-V.")),
      show,
      this.shown,
    );
    return box;
  }

  async ask(code) {
    localStorage.setItem(CODE, code);
    try {
      const { subject, text } = await this.api.mail(this.path, await this.text(), code);
      this.shown.replaceChildren(element("h3", subject), element("p", text, "told"));
    } catch (error) {
      if (!isWord(error)) throw error;
      this.shown.replaceChildren(element("p", error.message, "fault"));
    }
  }

  async text() {
    return `${this.subject.value}\n${this.body.value}`;
  }

  mark(problems) {
    const lines = problems.map((problem) => problem.line);
    this.subject.classList.toggle("is-invalid", lines.includes(1));
    this.body.classList.toggle(
      "is-invalid",
      lines.some((line) => line > 1),
    );
  }

  show(_element, line) {
    (line > 1 ? this.body : this.subject).focus();
    return true;
  }
}
