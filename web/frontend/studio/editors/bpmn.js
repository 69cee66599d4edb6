// The editor of diagrams: bpmn-js with our panel, our words and what keeps foreign parts.
import Modeler from "bpmn-js/lib/Modeler";
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule } from "bpmn-js-properties-panel";

import Extensions from "../bpmn/extensions.js";
import Keeping from "../bpmn/keeping.js";
import Limits, { Tasks } from "../bpmn/limits.js";
import Naming from "../bpmn/naming.js";
import Reading from "../bpmn/reading.js";
import { hints } from "../bpmn/lint.js";
import { filesOf } from "../bpmn/new-files.js";
import StudioProvider from "../bpmn/provider.js";
import { sharedClipboard } from "../bpmn/shared-clipboard.js";
import Templates from "../bpmn/templates.js";
import { mergeXml } from "../merge/xml.js";
import { translator } from "../words/translate.js";
import words from "../words/bpmn.json";
import { t } from "../words/say.js";
import { groupBy } from "../grouping.js";
import { commentBadge, problemBadge } from "./badge.js";
import { changeBadge, drawGone } from "./changes.js";
import Editor from "./editor.js";
import { drawPlay } from "./playing.js";

const OURS = {
  __init__: ["keeping", "limits", "naming", "studioProvider"],
  clipboard: ["value", sharedClipboard],
  elementFactory: ["type", Tasks],
  extensions: ["type", Extensions],
  keeping: ["type", Keeping],
  limits: ["type", Limits],
  naming: ["type", Naming],
  studioProvider: ["type", StudioProvider],
  templates: ["type", Templates],
  translate: ["value", translator(words)],
};

export default class BpmnEditor extends Editor {
  // `place` has the elements `canvas` and `panel`; `changed` is called after each step. Raises for what cannot be drawn.
  static async open(place, text, { api, path, catalogue, go, tried, reading, changed, chosen }) {
    // What is typed as text needs no list.
    const names = await api.names(path).catch(() => []);
    const modeler = new Modeler({
      container: place.canvas,
      additionalModules: [BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, OURS, ...(reading ? [Reading] : [])],
      propertiesPanel: { parent: place.panel },
      catalogue: { ...catalogue, names },
      go,
      prepare: (piece) => written(piece, { api, catalogue, tried }),
    });
    try {
      const { warnings } = await modeler.importXML(text);
      await drawn();
      const { xml } = await modeler.saveXML({ format: true });
      return new BpmnEditor(place, modeler, { text, xml, warnings, changed, chosen });
    } catch (error) {
      modeler.destroy();
      throw error;
    }
  }

  constructor(place, modeler, { text, xml, warnings, changed, chosen }) {
    super();
    this.place = place;
    this.modeler = modeler;
    this.original = text;
    this.opened = xml;
    this.note = warnings.some(lost) ? t("Tệp có phần mà trình vẽ không hiểu; phần đó được giữ nguyên khi lưu.") : "";
    this.marked = {};
    this.sized = new ResizeObserver(() => modeler.get("canvas").resized());
    this.sized.observe(place.canvas);
    modeler.get("canvas").zoom("fit-viewport", "auto");
    modeler.on("commandStack.changed", changed);
    modeler.on("selection.changed", ({ newSelection }) => chosen({ element: newSelection[0]?.id ?? "" }));
  }

  // What to store: the file as it was, with what was changed.
  async text() {
    const { xml } = await this.modeler.saveXML({ format: true });
    return mergeXml(this.original, this.opened, xml);
  }

  hints(path) {
    return hints(this.modeler.getDefinitions(), path);
  }

  // Marks each element that has problems with their number.
  mark(problems) {
    const overlays = this.modeler.get("overlays");
    overlays.remove({ type: "problem" });
    const found = groupBy(problems, (problem) => problem.element);
    for (const id of this.marker("has-problem", [...found.keys()])) {
      overlays.add(id, "problem", { position: { top: -12, right: 12 }, html: problemBadge(found.get(id)) });
    }
  }

  remark(comments) {
    const overlays = this.modeler.get("overlays");
    overlays.remove({ type: "comment" });
    const said = groupBy(comments, (comment) => comment.element);
    for (const id of this.marker("has-comment", [...said.keys()]))
      overlays.add(id, "comment", { position: { top: -12, left: -8 }, html: commentBadge(said.get(id)) });
  }

  paint(names) {
    const flows = this.modeler.get("elementRegistry").filter(({ source, target }) => {
      return source && target && names.includes(`${source.id}>${target.id}`);
    });
    this.marker("walked", [...names, ...flows.map(({ id }) => id)]);
  }

  played(play) {
    this.stopPlay?.();
    this.stopPlay = drawPlay(this, play);
  }

  // A change is shown by its colour and its word; what is not drawn any more by where it was.
  compare(changes) {
    const overlays = this.modeler.get("overlays");
    overlays.remove({ type: "change" });
    for (const kind of ["added", "moved", "changed"]) {
      const words = new Map(changes.filter((one) => one.kind === kind).map(({ element, word }) => [element, word]));
      for (const id of this.marker(`difference-${kind}`, [...words.keys()]))
        overlays.add(id, "change", { position: { bottom: 12, left: 0 }, html: changeBadge(kind, words.get(id)) });
    }
    drawGone(this.modeler.get("canvas"), changes);
  }

  // Puts a marker on elements instead of those that bore it; returns those that are drawn.
  marker(name, ids) {
    const [canvas, registry] = [this.modeler.get("canvas"), this.modeler.get("elementRegistry")];
    for (const id of this.marked[name] ?? []) if (registry.get(id)) canvas.removeMarker(id, name);
    this.marked[name] = ids.filter((id) => id && registry.get(id)?.parent);
    for (const id of this.marked[name]) canvas.addMarker(id, name);
    return this.marked[name];
  }

  // Brings an element into sight and selects it; says whether it is drawn.
  show(id) {
    const element = this.modeler.get("elementRegistry").get(id);
    if (!element) return false;
    // What is being typed about another element is taken over first.
    /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
    this.modeler.get("selection").select(element);
    this.modeler.get("canvas").scrollToElement(element, 80);
    return true;
  }

  at() {
    const [chosen, ...others] = this.modeler.get("selection").get();
    return others.length ? "" : (chosen?.id ?? "");
  }

  close() {
    this.stopPlay?.();
    this.sized.disconnect();
    this.modeler.destroy();
    super.close();
  }
}

// Stores the files of a template, which can be chosen from then on; their names, or nothing when the server refuses.
function written(piece, { api, catalogue, tried }) {
  const has = (list) => (name) => catalogue[list].some(({ value }) => value === name);
  const { names, files } = filesOf(piece, { hasForm: has("forms"), hasMail: has("mails") });
  return tried(async () => {
    for (const { path, text } of files) await api.write(path, text, null);
    for (const list of ["forms", "mails"])
      catalogue[list].push(...Object.values(names[list]).map((value) => ({ value, label: value })));
    return names;
  });
}

// Whether a warning is of something that is not on the drawing; names of process data are (see bpmn/keeping.js).
function lost({ message, property = "" }) {
  return !/loopData(In|Out)putRef/.test(property + message);
}

// The panel follows what is selected from the frame after its first drawing on; a hidden page draws no frames.
function drawn() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, 150);
  });
}
