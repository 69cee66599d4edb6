// What stands beside a file of decisions: how cells are written in its language, and what is wrong in the part that is
// open, or in the cell that is being written.
import { element } from "../dialogs.js";
import { t } from "../words/say.js";

const FEEL_LINES = [
  t("Ô điều kiện: để trống hoặc ghi - là trường hợp nào cũng được."),
  t('Một giá trị: "education". Nhiều giá trị: "a", "b". Khoảng số: [60..80). Phủ định: not("a").'),
  t('Ô kết quả và biểu thức viết bằng FEEL: chữ đặt trong dấu nháy, ví dụ "department"; không có thì ghi null.'),
];
const OWN_LINES = [
  t("Ô điều kiện: để trống là trường hợp nào cũng được."),
  t('Một giá trị: "education". Nhiều giá trị: ? in ("a", "b"). Khoảng số: 60 <= ? < 80.'),
  t('Ô kết quả: chữ đặt trong dấu nháy, ví dụ "department"; không có thì ghi None.'),
];

export default class DmnPanel {
  constructor(place, isFeel) {
    const note = element("div", "", "studio-panel-note");
    note.append(...(isFeel ? FEEL_LINES : OWN_LINES).map((line) => element("p", line)));
    this.list = element("ul", "", "studio-cell-problems");
    this.list.setAttribute("role", "status");
    place.append(note, this.list);
  }

  // The sentences to be read now.
  say(problems) {
    this.list.replaceChildren(...problems.map(({ sentence, hint }) => element("li", sentence, hint ? "hint" : "")));
  }
}
