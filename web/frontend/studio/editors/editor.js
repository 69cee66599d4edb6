// What every editor of a file can be asked. An editor says more where its kind of file has more to say.
export default class Editor {
  // A sentence about the file, for the analyst; empty when there is none.
  note = "";

  /** The elements of the page that it was given. @type {{canvas: HTMLElement, panel: HTMLElement}} */
  place;

  /**
   * What to store.
   * @returns {Promise<string>}
   */
  async text() {
    throw new Error("an editor gives its text");
  }

  // What can be said about the file at once, as problems.
  async hints(_path) {
    return [];
  }

  // Marks where problems are.
  mark(_problems) {}

  // Marks what others have said: [{element, line, sentence}].
  remark(_comments) {}

  // Shows which elements something goes through: their ids, and flows as "source>target".
  paint(_ids) {}

  // Shows where a play stands: {open, passed, failed}, or nothing.
  played(_play) {}

  // Shows what differs from an older version: [{element, kind, word, place}], place of what is not drawn any more.
  compare(_changes) {}

  // Brings a problem's place into sight; says whether it is there.
  show(_element, _line) {
    return false;
  }

  // The id of what is chosen now; empty for nothing.
  at() {
    return "";
  }

  // Lets go of the place that the editor was given.
  close() {
    this.place.canvas.replaceChildren();
    this.place.panel.replaceChildren();
  }
}
