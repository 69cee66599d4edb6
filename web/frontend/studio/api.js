// What the studio asks the server for. Every refusal is an error with the server's sentence.
import { t } from "./words/say.js";

export class Refused extends Error {
  /**
   * @param {number} status
   * @param {{sentence?: string, who?: string, cells?: object[]}} said
   */
  constructor(status, { sentence, who, cells } = {}) {
    super(sentence || t("Máy chủ không nhận yêu cầu này; hãy thử lại."));
    this.status = status;
    this.who = who ?? "";
    this.cells = cells ?? [];
  }
}

const SIGNED_OUT = t("Phiên làm việc đã hết. Hãy đăng nhập lại ở một thẻ khác, rồi sửa tiếp ở đây.");

export class Away extends Error {}

// Whether an error is the server's word, to be told to the analyst, and not a fault of the program.
export function isWord(error) {
  return error instanceof Refused || error instanceof Away;
}

export default class Api {
  constructor(base) {
    this.base = base;
  }

  // The files of the draft: [{path, version, changed}].
  files() {
    return this.json("/files");
  }

  // What diagrams may choose from: roles, forms, mails …
  catalogue() {
    return this.json("/catalogue");
  }

  // The names that conditions of a diagram may ask: [{value, label, kind, near, values}].
  names(path) {
    return this.json(`/names/${encoded(path)}`);
  }

  async problems() {
    const { problems, notes = [], verdicts = [] } = await this.json("/problems");
    const hints = notes.map((note) => ({ ...note, hint: true }));
    return [...problems, ...hints, ...verdicts.map((verdict) => ({ ...verdict, hint: true, verdict: true }))];
  }

  // What others remark on files and is not resolved: [{path, element, line, sentence}].
  comments() {
    return this.json("/comments");
  }

  // Who else has an open draft on the same base: [{who, at, paths}].
  others() {
    return this.json("/others");
  }

  async read(path) {
    const answer = await this.ask(`/files/${encoded(path)}`);
    return { text: await answer.text(), version: answer.headers.get("ETag") };
  }

  // The version that a file has now, null when it is not there any more.
  async version(path) {
    try {
      return (await this.read(path)).version;
    } catch (error) {
      if (error.status === 404) return null;
      throw error;
    }
  }

  // Stores a file; `version` is what it was read or stored with, null for a new file. Returns the new version.
  async write(path, text, version) {
    const condition = version === null ? { "If-None-Match": "*" } : { "If-Match": version };
    const headers = { ...condition, "Content-Type": "text/plain; charset=utf-8" };
    const answer = await this.ask(`/files/${encoded(path)}`, { method: "PUT", headers, body: text });
    return answer.headers.get("ETag");
  }

  async remove(path, version) {
    await this.ask(`/files/${encoded(path)}`, { method: "DELETE", headers: { "If-Match": version } });
  }

  // Who uses a file: [{path, element, caption}].
  uses(path) {
    return this.json(`/uses/${encoded(path)}`);
  }

  // The files by process, and what leads from one to another: {files, links}.
  map() {
    return this.json("/map");
  }

  // The places that have all of the words: [{path, element, line, text}].
  search(words) {
    return this.json(`/search?q=${encodeURIComponent(words)}`);
  }

  // Brings back a file of the base that the draft has deleted.
  async restore(path) {
    await this.ask(`/restore/${encoded(path)}`, { method: "POST" });
  }

  // A mail as a case would get it: {subject, text}.
  mail(path, text, code) {
    return this.post("/mail-preview", { path, text, case: code });
  }

  // A scenario's text as a table, with what its cells can be chosen from.
  table(path, text) {
    return this.post("/scenario/table", { path, text });
  }

  // A scenario's table as text: {text}.
  written(path, table, text) {
    return this.post("/scenario/text", { path, table, text });
  }

  post(address, content) {
    const headers = { "Content-Type": "application/json" };
    return this.json(address, { method: "POST", headers, body: JSON.stringify(content) });
  }

  async json(address, options) {
    return (await this.ask(address, options)).json();
  }

  /**
   * The answer to a request; raises Refused for what the server refuses and Away when it does not answer.
   * @param {string} address
   * @param {RequestInit} options
   */
  async ask(address, { headers, ...options } = {}) {
    const all = { Accept: "application/json, text/plain", "X-CSRFToken": token(), ...headers };
    let answer;
    try {
      answer = await fetch(this.base + address, { cache: "no-store", redirect: "manual", ...options, headers: all });
    } catch {
      throw new Away(t("Không kết nối được với máy chủ."));
    }
    if (answer.ok) return answer;
    if (answer.type === "opaqueredirect") throw new Refused(401, { sentence: SIGNED_OUT });
    throw new Refused(answer.status, await answer.json().catch(() => ({})));
  }
}

function encoded(path) {
  return path.split("/").map(encodeURIComponent).join("/");
}

function token() {
  return document.querySelector("meta[name=csrf-token]").content;
}
