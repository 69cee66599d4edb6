// The draft's state in words, and the one button for the next step.
import { nt, t } from "./words/say.js";

const STEPS = {
  tests: t("Chạy kiểm thử"),
  replay: t("Chạy lại hồ sơ cũ"),
  difference: t("Xem khác biệt"),
  versions: t("Đưa vào chạy"),
};

export default class State {
  constructor(root, { next, decide }) {
    this.place = root.querySelector("[data-state]");
    this.note = root.querySelector("[data-note]");
    this.button = root.querySelector("[data-next]");
    this.solve = root.querySelector("[data-decide]");
    this.button.addEventListener("click", next);
    this.solve.addEventListener("click", decide);
  }

  // A file was opened; its editor may have something to say about it.
  opened(sheet) {
    this.say(sheet.editor.note);
    this.show(sheet);
  }

  show({ state, at, sentence }) {
    const words = {
      saved: at ? t("Đã lưu lúc {time}.", { time: time(at) }) : t("Mọi thay đổi đều được tự lưu."),
      changed: t("Có thay đổi, sắp lưu…"),
      saving: t("Đang lưu…"),
      conflict: t("Chưa lưu: tệp vừa được lưu ở nơi khác."),
      refused: t("Chưa lưu được: {sentence}", { sentence }),
      away: t("Chưa lưu được: mất kết nối, đang thử lại…"),
    };
    this.place.textContent = words[state];
    this.place.classList.toggle("fault", ["conflict", "refused", "away"].includes(state));
    this.solve.hidden = state !== "conflict";
  }

  say(sentence) {
    this.note.textContent = sentence;
    this.note.hidden = !sentence;
  }

  // `problems` is null before the first check.
  step(problems, next) {
    this.button.hidden = problems === null;
    this.button.textContent = problems ? nt("Sửa {count} vấn đề", "Sửa {count} vấn đề", problems) : STEPS[next];
  }
}

function time(at) {
  return at.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
}
