// The play of a draft: the panel is the server's; here its case is shown on the drawing, and its form made to answer.
/* global Combobox, formAnswers */
export default class Play {
  // `show` opens a file, `editor` gives the open sheet: {path, editor}, `kept` is told of a new scenario.
  constructor(root, { show, editor, kept }) {
    this.panel = root.querySelector("#studio-step-play");
    this.show = show;
    this.sheet = editor;
    this.kept = kept;
    document.addEventListener("htmx:after:swap", () => this.swapped());
  }

  // What the panel says of the drawing; null while nothing is played or another panel is shown.
  get said() {
    const piece = this.panel?.querySelector("[data-play]");
    return piece && marksOf(piece.dataset);
  }

  async swapped() {
    const piece = this.panel?.querySelector("[data-play], .play-ways");
    if (!piece || piece === this.seen) return;
    this.seen = piece;
    this.answered(piece);
    if (piece.querySelector("[data-play-kept]")) this.kept();
    const { said } = this;
    if (said?.path && said.path !== this.sheet()?.path) await this.show({ path: said.path, element: "", line: 0 });
    else this.draw();
    this.panel.scrollTop = 0;
    const first = piece.querySelector("[data-focus], .alert-danger") ?? piece.querySelector("#play-form");
    first?.scrollIntoView({ block: "nearest" });
  }

  draw() {
    const { said } = this;
    const sheet = this.sheet();
    sheet?.editor?.played(said && said.path === sheet.path ? said : null);
  }

  // An element was chosen on the drawing: of an open task the form is opened.
  pointed(id) {
    if (!id || this.panel?.hidden) return;
    const task = this.panel.querySelector(`[data-play-task="${CSS.escape(id)}"]:not([aria-current]) button`);
    if (task && this.last !== id) task.click();
    this.last = id;
  }

  // Forms that came after the page are answered like those that came with it.
  answered(piece) {
    if (typeof Combobox !== "undefined")
      for (const select of piece.querySelectorAll("select[data-combobox]")) new Combobox(select);
    const form = piece.querySelector("#play-form");
    if (form && typeof formAnswers !== "undefined") formAnswers.watch(form);
  }
}

// The words of a piece of the page as lists of ids; flows are "source>target".
export function marksOf({ pathOfPlay, playOpen, playPassed, playFailed }) {
  const list = (text) => text.split(" ").filter(Boolean);
  return { path: pathOfPlay, open: list(playOpen), passed: list(playPassed), failed: list(playFailed) };
}

// The frames of what was passed: in each one element or flow more, in order, each once.
export function framesOf(passed) {
  const each = [...new Set(passed)];
  return each.map((_, place) => each.slice(0, place + 1));
}
