// The page's middle: which file is open, and what follows from each change, saving and check.
import Api, { isWord } from "./api.js";
import Comments from "./comments.js";
import { ask } from "./dialogs.js";
import Drawer, { TABS } from "./drawer.js";
import { openEditor } from "./editors/index.js";
import Finder from "./finder.js";
import Files, { save } from "./files.js";
import { kindOf } from "./kinds.js";
import Others from "./others.js";
import Play from "./play.js";
import Problems from "./problems.js";
import { onlyRead } from "./reading.js";
import Sheet from "./sheet.js";
import State from "./state.js";
import Trail from "./trail.js";
import { t } from "./words/say.js";

const HINTS = 400;

export default class Studio {
  constructor(root) {
    this.root = root;
    this.api = new Api(root.dataset.api);
    this.place = { canvas: root.querySelector("[data-canvas]"), panel: root.querySelector("[data-panel]") };
    this.sheet = null;
    this.turning = Promise.resolve();
    // Texts that could not be stored when their file was left, by path.
    this.kept = new Map();
    this.state = new State(root, { next: () => this.next(), decide: () => this.decide() });
    this.problems = new Problems(root, (problem) => this.show(problem));
    this.drawer = new Drawer(root, {
      turned: () => this.turned(),
      show: (place) => this.show(place),
      paint: (ids) => this.sheet?.editor?.paint(ids),
    });
    this.files = new Files(this.api, root, {
      open: (path) => this.open(path),
      close: (path) => this.leave(path),
      current: () => this.sheet.editor.text(),
      say: (sentence) => this.state.say(sentence),
      tried: (act) => this.tried(act),
    });
    this.finder = new Finder(this.api, { show: (place) => this.show(place), tried: (act) => this.tried(act) });
    this.trail = new Trail(root, (place) => this.show(place));
    root.querySelector("[data-find]").addEventListener("click", () => this.finder.open());
    this.others = new Others(this.api, root);
    this.reading = "reading" in root.dataset;
    if (this.reading) onlyRead(this.place);
    this.play = new Play(root, {
      show: (place) => this.show(place),
      editor: () => this.sheet,
      kept: () => this.check(),
    });
    this.comments = new Comments(this.api, root, { told: () => this.remark() });
    addEventListener("beforeunload", (event) => this.unsaved() && event.preventDefault());
    addEventListener("hashchange", () => this.follow());
    document.addEventListener("visibilitychange", () => document.hidden && this.sheet?.save());
  }

  async start() {
    const [wanted, element] = this.address();
    await this.tried(() => this.files.refresh());
    this.check();
    this.comments.ask();
    if (this.files.has(wanted)) await this.show({ path: wanted, element, line: 0 });
    else await this.open(this.files.first());
    if (TABS.includes(wanted)) this.drawer.choose(wanted);
  }

  // Does something that the server may refuse, and says so; undefined when it did.
  async tried(act) {
    try {
      return await act();
    } catch (error) {
      if (!isWord(error)) throw error;
      this.state.say(error.message);
      return undefined;
    }
  }

  unsaved() {
    return this.kept.size > 0 || this.sheet?.unsaved;
  }

  // One file is opened after the other, however quickly they are chosen.
  open(path) {
    const turn = () => this.turnTo(path);
    this.turning = this.turning.then(turn, turn);
    return this.turning;
  }

  // Opens a file after what was changed in the one before is stored.
  async turnTo(path) {
    if (!path || this.sheet?.path === path) return;
    if (!(await this.put())) {
      this.files.at(this.sheet.path);
      return;
    }
    // What was stored before may have added to the choices: a new form, a new message.
    const found = await this.tried(() => Promise.all([this.api.read(path), this.api.catalogue()]));
    if (!found) return;
    const [stored, catalogue] = found;
    const waiting = this.kept.get(path);
    this.kept.delete(path);
    const sheet = new Sheet(this.api, path, waiting ?? stored, (one) => this.told(one));
    this.sheet = sheet;
    const context = {
      api: this.api,
      path,
      catalogue,
      reading: this.reading,
      changed: () => this.changed(sheet),
      tried: (act) => this.tried(act),
      go: (place) => this.show({ element: "", line: 0, ...place }),
      chosen: (place) => {
        this.comments.at({ path, ...place });
        this.play.pointed(place.element);
      },
    };
    sheet.editor = await openEditor(this.place, sheet.stored, context);
    if (waiting) this.changed(Object.assign(sheet, { stored: null }));
    this.files.at(path);
    this.others.at(path);
    this.comments.at({ path });
    this.remark();
    history.replaceState(null, "", `#${path}`);
    this.state.opened(sheet);
    this.root.dataset.open = path;
    this.preview(path);
    this.mark();
    this.turned();
    this.play.draw();
  }

  // A form can be seen as it will be shown; what was changed is stored before.
  preview(path) {
    const link = this.root.querySelector("[data-preview]");
    link.hidden = kindOf(path)?.id !== "form";
    link.href = `${this.api.base}/form-preview/${encodeURIComponent(path.split("/").at(-1).replace(/\.json$/, ""))}`;
    link.onpointerdown = link.onfocus = () => this.sheet?.save();
  }

  // Closes the open file: what cannot be stored now is kept until the file is opened again. Says whether it is closed:
  // what has no text yet, such as a table with unreadable cells, stays open.
  async put() {
    if (!this.sheet) return true;
    // What is being typed in the panel is taken over first.
    if (this.place.panel.contains(document.activeElement)) /** @type {HTMLElement} */ (document.activeElement).blur();
    await this.sheet.save();
    const { path, version, editor, unsaved } = this.sheet;
    const text = unsaved ? await this.tried(() => editor.text()) : "";
    if (text === undefined) return false;
    if (unsaved) this.kept.set(path, { text, version });
    this.leave(path);
    return true;
  }

  leave(path) {
    if (this.sheet?.path !== path) return;
    this.sheet.close();
    this.sheet = null;
    delete this.root.dataset.open;
    this.problems.hinted([]);
  }

  changed(sheet) {
    if (sheet !== this.sheet || this.reading) return;
    sheet.changed();
    this.drawer.begin();
    clearTimeout(this.hinting);
    this.hinting = setTimeout(() => this.mark(), HINTS);
  }

  // The open file's state has changed.
  told(sheet) {
    if (sheet !== this.sheet) return;
    this.state.show(sheet);
    if (sheet.state === "conflict") this.decide();
    if (sheet.state === "saved") this.check();
  }

  // Asks the checker about the draft, and lists files anew: what differs from the base is said there.
  async check() {
    const [found] = (await this.tried(() => Promise.all([this.api.problems(), this.files.refresh()]))) ?? [];
    if (!found) return;
    this.problems.checked(found);
    await this.mark();
    this.turned();
  }

  // The drawer shows something else: the next step may be another one, and the drawing has other changes to show.
  turned() {
    this.state.step(this.problems.open, this.drawer.next());
    this.sheet?.editor?.compare(this.drawer.changes().filter(({ path }) => path === this.sheet.path));
  }

  async mark() {
    const { sheet } = this;
    if (!sheet?.editor) return;
    this.problems.hinted(await sheet.editor.hints(sheet.path));
    if (sheet === this.sheet) sheet.editor.mark(this.problems.of(sheet.path));
  }

  // Marks what others have said of the open file.
  remark() {
    const { sheet } = this;
    sheet?.editor?.remark(this.comments.of(sheet.path));
  }

  async show({ path, element, line }) {
    if (!this.files.has(path)) return;
    this.trail.leave(this.sheet?.path, this.sheet?.editor?.at(), path);
    await this.open(path);
    if (this.sheet?.path !== path) return;
    if ((element || line) && this.sheet.editor.show(element, line))
      history.replaceState(null, "", `#${path}~${element}`);
  }

  address() {
    return decodeURIComponent(location.hash.slice(1)).split("~");
  }

  async follow() {
    const [path, element] = this.address();
    if (TABS.includes(path)) this.drawer.choose(path);
    else await this.show({ path, element, line: 0 });
  }

  // Somebody else, or another tab, stored this file meanwhile: the analyst decides whose text stays.
  async decide() {
    const { sheet } = this;
    if (this.deciding || sheet?.state !== "conflict") return;
    this.deciding = true;
    const acts = [
      { label: t("Giữ bản của tôi"), value: "mine", kind: "primary" },
      { label: t("Lấy bản đã lưu, tải bản của tôi về máy"), value: "theirs" },
      { label: t("Để sau"), value: "" },
    ];
    const by = sheet.who ? t("Người lưu: {who}.", { who: sheet.who }) : "";
    const sentences = [sheet.sentence, by, t("Bản của bạn vẫn còn nguyên trong trang này và chưa được lưu.")].filter(
      Boolean,
    );
    const act = await ask({ title: t("Tệp này vừa được lưu ở nơi khác"), sentences, acts }).finally(
      () => (this.deciding = false),
    );
    if (act === "mine") await this.tried(() => sheet.overwrite());
    if (act === "theirs") await this.yield(sheet);
  }

  async yield(sheet) {
    save(sheet.path, await sheet.editor.text(), t("-cua-toi"));
    this.leave(sheet.path);
    await this.open(sheet.path);
  }

  // The one act that comes next: mend a problem, or the next step on the way to running.
  async next() {
    await this.sheet?.save();
    const problem = this.problems.first();
    this.drawer.choose(problem ? "problems" : this.drawer.next());
    if (problem) await this.show(problem);
  }
}
