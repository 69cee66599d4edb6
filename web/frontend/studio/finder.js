// Finding one's way in a draft: a dialog with the map of its files, by process, and a search over all that they say.
import { element, labelled } from "./dialogs.js";
import { nt, t } from "./words/say.js";

const PAUSE = 250;
const KINDS = {
  bpmn: t("Sơ đồ"),
  dmn: t("Bảng quyết định"),
  json: t("Biểu mẫu"),
  txt: t("Mẫu thư"),
  yaml: t("Kịch bản"),
  csv: t("Phép thử của bảng"),
};

export default class Finder {
  // `show` brings a place into sight: {path, element, line}.
  constructor(api, { show, tried }) {
    this.api = api;
    this.show = show;
    this.tried = tried;
  }

  async open() {
    const map = await this.tried(() => this.api.map());
    if (!map) return;
    this.dialog = Object.assign(document.createElement("dialog"), { className: "studio-dialog studio-finder" });
    const words = Object.assign(document.createElement("input"), { type: "search", autocomplete: "off", maxLength: 100 });
    this.place = element("div", "", "finder-places");
    const count = element("p", "", "visually-hidden");
    count.setAttribute("role", "status");
    const close = Object.assign(element("button", t("Đóng"), "btn btn-outline-secondary"), { type: "button" });
    close.addEventListener("click", () => this.dialog.close());
    words.addEventListener("input", () => this.later(() => this.search(words.value.trim(), map, count)));
    this.dialog.append(element("h2", t("Tìm trong bản nháp")), labelled(t("Tên, chữ hoặc mã"), words), count, this.place, close);
    this.dialog.addEventListener("close", () => this.dialog.remove());
    this.draw(mapOf(map));
    document.body.append(this.dialog);
    this.dialog.showModal();
    words.focus();
  }

  later(act) {
    clearTimeout(this.timer);
    this.timer = setTimeout(act, PAUSE);
  }

  async search(words, map, count) {
    const places = words ? await this.tried(() => this.api.search(words)) : null;
    count.textContent = places ? nt("{count} chỗ", "{count} chỗ", places.length) : "";
    this.draw(places ? foundIn(places, map) : mapOf(map));
  }

  draw(groups) {
    const parts = groups.map((group) => {
      const section = element("section", "");
      section.append(element("h3", group.label));
      const list = element("ul", "");
      list.append(...group.items.map((item) => this.item(item)));
      section.append(list);
      return section;
    });
    this.place.replaceChildren(...(parts.length ? parts : [element("p", t("Không tìm thấy."), "hint")]));
  }

  item({ label, kind, place }) {
    const row = element("li", "");
    const button = Object.assign(element("button", label, "btn btn-link btn-sm"), { type: "button" });
    if (kind) button.append(" ", element("span", kind, "hint"));
    button.addEventListener("click", () => {
      this.dialog.close();
      this.show({ line: 0, element: "", ...place });
    });
    row.append(button);
    return row;
  }
}

// The map in groups: each process with its own file, the steps that lead on, and what tries it.
export function mapOf({ files, links }) {
  const named = new Map(files.map((file) => [file.path, file]));
  const diagrams = files.filter(({ path }) => path.endsWith(".bpmn"));
  const groups = diagrams.map((diagram) => ({
    label: diagram.caption,
    items: [
      { label: t("Mở sơ đồ"), place: { path: diagram.path } },
      ...links.filter((link) => link.path === diagram.path).map((link) => linkItem(link, named)),
      ...files.filter((file) => file.path.endsWith(".yaml") && file.diagrams.includes(diagram.path)).map(fileItem),
    ],
  }));
  const alone = files.filter((file) => !file.diagrams.length);
  return alone.length ? [...groups, { label: t("Chưa quy trình nào dùng"), items: alone.map(fileItem) }] : groups;
}

// The places that a search has found, by file.
export function foundIn(places, { files }) {
  const named = new Map(files.map((file) => [file.path, file]));
  return [...byPath(places)].map(([path, here]) => ({
    label: `${named.get(path)?.caption ?? path} (${kindOf(path)})`,
    items: here.map(({ element: id, line, text }) => ({ label: text, kind: id || t("dòng {line}", { line: String(line) }), place: { path, element: id, line } })),
  }));
}

function linkItem({ caption, target }, named) {
  const label = t("{step} → {file}", { step: caption, file: named.get(target)?.caption ?? target });
  return { label, kind: kindOf(target), place: { path: target } };
}

function fileItem({ path, caption }) {
  return { label: caption, kind: kindOf(path), place: { path } };
}

export function kindOf(path) {
  return KINDS[path.split(".").at(-1)] ?? "";
}

function byPath(places) {
  const groups = new Map();
  for (const place of places) groups.set(place.path, [...(groups.get(place.path) ?? []), place]);
  return groups;
}
