// A drawing for files of decisions that have none: what is required stands below what requires it, layer by layer.
import { parse } from "../merge/xml-text.js";

const SIZE = { width: 180, height: 80 };
const GAP = { x: 40, y: 80 };
const ORIGIN = { x: 160, y: 100 };
const SPACES = {
  dmndi: "https://www.omg.org/spec/DMN/20191111/DMNDI/",
  dc: "http://www.omg.org/spec/DMN/20180521/DC/",
  di: "http://www.omg.org/spec/DMN/20180521/DI/",
};
const DRAWN = ["decision", "inputData", "businessKnowledgeModel", "knowledgeSource"];

// The file with a drawing, for the editor alone; the same text for a file that has one.
export function withDrawing(text) {
  const root = parse(text).documentElement;
  const elements = [...root.children].filter((one) => DRAWN.includes(one.localName) && one.id);
  if (!elements.length || [...root.children].some((one) => one.localName === "DMNDI")) return text;
  const places = placed(elements);
  const shapes = elements.map((one) => shape(one.id, places.get(one.id)));
  const edges = elements.flatMap((one) => requirements(one).map((each) => edge(each, one.id, places)));
  const spaces = Object.entries(SPACES).map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`);
  const inside = `<dmndi:DMNDiagram id="drawing_of_file">${[...shapes, ...edges].join("")}</dmndi:DMNDiagram>`;
  const end = text.lastIndexOf("</");
  return `${text.slice(0, end)}<dmndi:DMNDI ${spaces.join(" ")}>${inside}</dmndi:DMNDI>${text.slice(end)}`;
}

// The requirements of an element: [{id, from}], those of the file itself.
function requirements(one) {
  const all = [...one.children].filter((part) => part.localName.endsWith("Requirement") && part.id);
  return all.flatMap((part) => {
    const href = [...part.children].map((child) => child.getAttribute("href")).find((name) => name?.startsWith("#"));
    return href ? [{ id: part.id, from: href.slice(1) }] : [];
  });
}

function placed(elements) {
  const layers = layersOf(elements);
  const most = Math.max(...layers.values());
  const filled = new Map();
  const place = (layer) => {
    const column = filled.get(layer) ?? 0;
    filled.set(layer, column + 1);
    return { x: ORIGIN.x + column * (SIZE.width + GAP.x), y: ORIGIN.y + (most - layer) * (SIZE.height + GAP.y) };
  };
  return new Map([...layers].map(([id, layer]) => [id, place(layer)]));
}

// How many requirements lie below each element. A circle, which is no model, is left after as many turns as elements.
function layersOf(elements) {
  const layers = new Map(elements.map((one) => [one.id, 0]));
  const pairs = elements.flatMap((one) => requirements(one).map(({ from }) => [from, one.id]));
  for (let turn = 0, moved = true; moved && turn < elements.length; turn += 1) {
    moved = false;
    for (const [from, to] of pairs) {
      if (!layers.has(from) || layers.get(to) > layers.get(from)) continue;
      layers.set(to, layers.get(from) + 1);
      moved = true;
    }
  }
  return layers;
}

function shape(id, { x, y }) {
  const bounds = `<dc:Bounds height="${SIZE.height}" width="${SIZE.width}" x="${x}" y="${y}"/>`;
  return `<dmndi:DMNShape id="${id}_shape" dmnElementRef="${id}">${bounds}</dmndi:DMNShape>`;
}

function edge({ id, from }, to, places) {
  const [source, target] = [places.get(from), places.get(to)];
  if (!source) return "";
  const points = [point(source.x + SIZE.width / 2, source.y), point(target.x + SIZE.width / 2, target.y + SIZE.height)];
  return `<dmndi:DMNEdge id="${id}_edge" dmnElementRef="${id}">${points.join("")}</dmndi:DMNEdge>`;
}

function point(x, y) {
  return `<di:waypoint x="${x}" y="${y}"/>`;
}
