// Who else works on the same base: said above the drawing, more clearly when it is the same file.
import { t } from "./words/say.js";

const EVERY = 30_000;

export default class Others {
  constructor(api, root) {
    this.api = api;
    this.place = root.querySelector("[data-others]");
    this.found = [];
    this.path = "";
    this.ask();
    setInterval(() => document.hidden || this.ask(), EVERY);
  }

  async ask() {
    this.found = await this.api.others().catch(() => this.found);
    this.draw();
  }

  // The file that is open now.
  at(path) {
    this.path = path;
    this.draw();
  }

  draw() {
    this.place.hidden = !this.found.length;
    this.place.textContent = this.found.map(({ who, paths }) => sentence(who, paths, this.path)).join(" ");
    this.place.classList.toggle(
      "same-file",
      this.found.some(({ paths }) => paths.includes(this.path)),
    );
  }
}

function sentence(who, paths, path) {
  if (paths.includes(path))
    return t("{who} cũng đang sửa tệp này trong bản nháp khác; hãy trao đổi trước khi đưa vào chạy.", { who });
  const names = paths.map((one) => one.split("/").at(-1)).join(", ");
  return names
    ? t("{who} đang sửa {names} trong bản nháp khác.", { who, names })
    : t("{who} đang có một bản nháp khác.", { who });
}
