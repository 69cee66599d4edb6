// One open file: its editor, the version it was read with, and its saving by itself a moment after the last change.
import { Away, Refused } from "./api.js";

const PAUSE = 800;
const RETRY = 5000;

export default class Sheet {
  // `told` is called whenever the state changes: saved, changed, saving, conflict, refused, away.
  constructor(api, path, { text, version }, told) {
    this.api = api;
    this.path = path;
    this.version = version;
    this.told = told;
    this.stored = text;
    this.editor = null;
    this.state = "saved";
    this.at = null;
    this.sentence = "";
    this.turns = 0;
    this.saving = null;
  }

  // Another step was taken in the editor.
  changed() {
    this.turns += 1;
    if (this.state !== "conflict") this.become("changed");
    this.later(PAUSE);
  }

  later(pause) {
    clearTimeout(this.timer);
    if (this.state !== "conflict") this.timer = setTimeout(() => this.save(), pause);
  }

  // Stores what there is now, once at a time; a file in conflict is stored only after somebody has decided.
  save() {
    clearTimeout(this.timer);
    if (this.state === "conflict" || this.state === "saved") return Promise.resolve();
    this.saving ??= this.store().finally(() => (this.saving = null));
    return this.saving;
  }

  async store() {
    let turn;
    do {
      turn = this.turns;
      if (!(await this.send())) return;
    } while (turn !== this.turns);
    this.become("saved");
  }

  async send() {
    try {
      const text = await this.editor.text();
      if (text === this.stored) return true;
      this.become("saving");
      this.version = await this.api.write(this.path, text, this.version);
      this.stored = text;
      this.at = new Date();
      return true;
    } catch (error) {
      this.failed(error);
      return false;
    }
  }

  failed(error) {
    this.sentence = error.message;
    this.who = error.who ?? "";
    if (error instanceof Refused) {
      this.become(error.status === 409 || error.status === 412 ? "conflict" : "refused");
    } else if (error instanceof Away) {
      this.become("away");
      this.later(RETRY);
    } else {
      this.become("refused");
      throw error;
    }
  }

  // Decides a conflict: what is here replaces what somebody else stored.
  async overwrite() {
    this.version = await this.api.version(this.path);
    this.stored = null;
    this.become("changed");
    await this.save();
  }

  become(state) {
    this.state = state;
    this.told(this);
  }

  // Whether leaving now would lose something.
  get unsaved() {
    return this.state !== "saved";
  }

  close() {
    clearTimeout(this.timer);
    this.editor?.close();
    this.editor = null;
  }
}
