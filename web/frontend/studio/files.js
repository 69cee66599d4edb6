// The files of the draft: choosing one, making, importing, exporting and deleting.
import { ask, element, labelled, select } from "./dialogs.js";
import { groupsOf } from "./file-list.js";
import { KINDS, SHOWN_KINDS, beginningOf, kindOf, pathFor, placeOf } from "./kinds.js";
import { t } from "./words/say.js";

export default class Files {
  // `open` opens a path, `close` lets go of it without saving, `current` gives the text as it stands in the editor,
  // `say` tells a sentence, `tried` does what the server may refuse.
  constructor(api, root, { open, close, current, say, tried }) {
    this.api = api;
    this.open = open;
    this.close = close;
    this.current = current;
    this.say = say;
    this.tried = tried;
    this.all = [];
    this.path = "";
    this.list = root.querySelector("[data-files]");
    this.chooser = root.querySelector("[data-chooser]");
    this.list.addEventListener("change", () => this.choose(this.list.value));
    this.chooser.addEventListener("change", () => this.take([...this.chooser.files]));
    const acts = {
      new: () => this.create(),
      import: () => this.chooser.click(),
      export: () => this.export(),
      delete: () => this.remove(),
    };
    for (const [name, act] of Object.entries(acts))
      root.querySelector(`[data-act=${name}]`).addEventListener("click", act);
  }

  // The file that is open now.
  at(path) {
    this.path = path;
    this.list.value = path;
  }

  // Reads the list again and shows it by kinds.
  async refresh() {
    // Without a map the files are shown by kinds.
    const [listed, map] = await Promise.all([this.api.files(), this.api.map().catch(() => null)]);
    this.all = listed.filter((one) => !one.deleted);
    this.deleted = listed.filter((one) => one.deleted);
    const groups = (map ? groupsOf(this.all, map) : byKinds(this.all)).map(({ label, files }) => {
      const group = Object.assign(document.createElement("optgroup"), { label });
      group.append(...files.map((file) => new Option(file.label, file.path)));
      return group;
    });
    const gone = Object.assign(document.createElement("optgroup"), { label: t("Đã xóa khỏi bản nháp") });
    gone.append(...this.deleted.map(({ path }) => new Option(t("{name} (đã xóa)", { name: path.split("/").at(-1) }), path)));
    this.list.replaceChildren(...[...groups, gone].filter((group) => group.children.length));
    this.list.value = this.path;
  }

  // Opens the chosen file; one that is deleted is brought back first, when the analyst says so.
  async choose(path) {
    if (this.has(path)) return this.open(path);
    const acts = [{ label: t("Khôi phục tệp"), value: "restore", kind: "primary" }, CANCEL];
    const sentences = [t("Tệp {path} sẽ trở lại như trong bản triển khai gốc.", { path })];
    const act = await ask({ title: t("Khôi phục tệp đã xóa?"), sentences, acts });
    this.list.value = this.path;
    if (act !== "restore") return undefined;
    await this.tried(async () => {
      await this.api.restore(path);
      await this.refresh();
    });
    return this.has(path) ? this.open(path) : undefined;
  }

  has(path) {
    return this.all.some((one) => one.path === path);
  }

  first() {
    return KINDS.map((kind) => this.all.find((one) => kindOf(one.path) === kind)).find(Boolean)?.path;
  }

  async create() {
    const kind = select(KINDS.map((one) => ({ value: one.id, label: one.label })));
    const name = Object.assign(document.createElement("input"), {
      required: true,
      pattern: "[a-z][a-z0-9_]*",
      maxLength: 60,
    });
    const fields = [
      labelled(t("Loại tệp"), kind),
      labelled(t("Tên tệp"), name, t("Chữ thường không dấu, chữ số và dấu _, ví dụ giai_quyet_nhanh.")),
    ];
    const acts = [{ label: t("Tạo"), value: "make", kind: "primary" }, CANCEL];
    if ((await ask({ title: t("Tệp mới"), sentences: [], acts, fields })) !== "make" || !name.value) return;
    const chosen = KINDS.find((one) => one.id === kind.value);
    await this.put(pathFor(chosen, name.value), beginningOf(chosen, name.value));
  }

  // Takes files from the analyst's machine, each where its kind belongs.
  async take(chosen) {
    this.chooser.value = "";
    for (const file of chosen) {
      const place = placeOf(file.name);
      if (!place) this.say(t("Không nhận tệp {name}: chỉ nhận tệp bpmn, dmn, json, txt, yaml, csv.", { name: file.name }));
      else await this.put(place, await file.text());
    }
  }

  // Stores a new file and opens it; one that is there already only when the analyst says so.
  async put(path, text) {
    const stored = await this.tried(() =>
      this.has(path) ? this.replace(path, text) : this.api.write(path, text, null),
    );
    if (stored === false) return;
    await this.tried(() => this.refresh());
    if (this.has(path)) await this.open(path);
  }

  async replace(path, text) {
    const acts = [{ label: t("Thay tệp"), value: "replace", kind: "primary" }, CANCEL];
    const sentences = [
      t("Bản nháp đã có {path}. Nội dung đang có sẽ được thay bằng nội dung của tệp vừa chọn.", { path }),
    ];
    if ((await ask({ title: t("Tệp đã có"), sentences, acts })) !== "replace") return false;
    await this.close(path);
    await this.api.write(path, text, await this.api.version(path));
    return true;
  }

  async export() {
    if (this.path) save(this.path, await this.current());
  }

  async remove() {
    const { path } = this;
    const acts = [{ label: t("Xóa tệp"), value: "delete", kind: "danger" }, CANCEL];
    if (!path) return;
    const uses = (await this.tried(() => this.api.uses(path))) ?? [];
    const users = uses.slice(0, USES).map((use) => t("“{caption}” trong {file}", { caption: use.caption, file: use.path.split("/").at(-1) }));
    const sentences = [
      t("Tệp {path} sẽ bị xóa khỏi bản nháp. Bản đang chạy không đổi.", { path }),
      ...(users.length ? [t("Đang dùng tệp này:"), ...users] : [t("Không chỗ nào dùng tệp này.")]),
      ...(uses.length > USES ? [t("và {count} chỗ khác", { count: uses.length - USES })] : []),
    ];
    if ((await ask({ title: t("Xóa tệp?"), sentences, acts })) !== "delete") return;
    await this.close(path);
    await this.tried(async () => {
      await this.api.remove(path, await this.api.version(path));
      await this.refresh();
    });
    const next = this.has(path) ? path : this.first();
    if (next) await this.open(next);
  }
}

// Places named in the question before a file is deleted.
const USES = 8;
const CANCEL = { label: t("Hủy, quay lại"), value: "" };

// Hands a text to the analyst as a file.
export function save(path, text, mark = "") {
  const link = element("a", "");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = path
    .split("/")
    .at(-1)
    .replace(/(\.[a-z]+)$/, `${mark}$1`);
  link.click();
  // A slow machine begins late to read it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function byKinds(all) {
  return SHOWN_KINDS.map((kind) => ({
    label: kind.label,
    files: all.filter((one) => kindOf(one.path) === kind).map((one) => ({ ...one, label: nameOf(one) })),
  }));
}

function nameOf({ path, changed }) {
  const name = path.split("/").at(-1);
  return changed ? t("{name} (đã sửa)", { name }) : name;
}
