// What is wrong with the draft: the checker's sentences and the drawing's own hints, listed and marked where they belong.
import { element } from "./dialogs.js";
import { t } from "./words/say.js";

export default class Problems {
  // `show` brings a problem's place into sight.
  constructor(root, show) {
    this.list = root.querySelector("[data-problems]");
    this.count = root.querySelector("[data-problem-count]");
    this.show = show;
    this.found = null;
    this.hints = [];
  }

  // What the checker said of the whole draft.
  checked(found) {
    this.found = found;
    this.draw();
  }

  // What can be said of the open drawing at once.
  hinted(hints) {
    this.hints = hints;
    this.draw();
  }

  // How many problems keep the draft from being deployed; null before the first check.
  get open() {
    return this.found?.filter((problem) => !problem.hint).length ?? null;
  }

  // The problems and hints of a file.
  of(path) {
    return [...(this.found ?? []), ...this.hints].filter((problem) => problem.path === path && !problem.verdict);
  }

  first() {
    return this.found?.find((problem) => !problem.hint);
  }

  draw() {
    const told = [...(this.found ?? []), ...this.hints];
    const all = told.filter((problem) => !problem.verdict);
    this.count.textContent = all.length ? String(all.length) : "";
    const verdicts = this.rows(told.filter((problem) => problem.verdict));
    if (!all.length) {
      const sentence = this.found ? t("Không có vấn đề nào. Có thể chạy kiểm thử.") : t("Đang kiểm tra bản nháp…");
      this.list.replaceChildren(element("p", sentence, "hint"), ...verdicts);
      return;
    }
    this.list.replaceChildren(...this.rows(all), ...verdicts);
  }

  rows(problems) {
    if (!problems.length) return [];
    const rows = element("ul", "", "problem-list");
    rows.append(...problems.map((problem) => this.row(problem)));
    return [rows];
  }

  title(problem) {
    if (problem.verdict) return t("Kết luận");
    return problem.hint ? t("Gợi ý") : t("Vấn đề cần sửa");
  }

  row(problem) {
    const row = element("li", "", problem.hint ? "problem problem-hint" : "problem");
    const link = Object.assign(element("button", "", "problem-link"), { type: "button" });
    const place = [
      problem.caption ? `“${problem.caption}”` : "",
      problem.path.split("/").at(-1),
      problem.element,
      problem.line ? t("dòng {line}", { line: String(problem.line) }) : "",
    ];
    link.append(
      element("strong", this.title(problem)),
      element("span", problem.sentence, "problem-sentence"),
      element("span", place.filter(Boolean).join(" · "), "problem-place"),
    );
    link.addEventListener("click", () => this.show(problem));
    row.append(link);
    return row;
  }
}
