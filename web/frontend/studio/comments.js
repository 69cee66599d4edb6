// What others remark on the draft: marked where it stands on the drawing, and written about what is chosen there.
const EVERY = 30_000;

export default class Comments {
  // `told` is called when there are other remarks.
  constructor(api, root, { told }) {
    this.api = api;
    this.told = told;
    this.panel = root.querySelector("#studio-step-comments");
    this.found = [];
    this.place = { path: "", element: "", line: 0 };
    document.addEventListener("htmx:after:swap", ({ target }) => this.panel.contains(target) && this.drawn());
    setInterval(() => document.hidden || this.ask(), EVERY);
  }

  // Asks for the remarks; while somebody cannot be reached, those of before stay.
  async ask() {
    this.found = await this.api.comments().catch(() => this.found);
    this.told();
  }

  // The open remarks on a file.
  of(path) {
    return this.found.filter((one) => one.path === path);
  }

  // What a new remark is about: the file, element or line that is chosen in the editor.
  at(place) {
    this.place = { element: "", line: 0, ...place };
    this.fill();
  }

  async drawn() {
    this.fill();
    await this.ask();
  }

  fill() {
    const [path, element, line] = ["path", "element", "line"].map((name) =>
      this.panel.querySelector(`[data-comment-${name}]`),
    );
    if (!path) return;
    path.value = this.place.path;
    // What has just been drawn is in no list yet.
    if (![...element.options].some(({ value }) => value === this.place.element)) {
      element.append(new Option(this.place.caption || this.place.element, this.place.element));
    }
    element.value = this.place.element;
    line.value = this.place.line || "";
  }
}
