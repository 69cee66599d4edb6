// What a diagram's editor draws of a difference: a word on what changed, an outline where something was.
const BEHIND = -1;
const SVG = "http://www.w3.org/2000/svg";

export function changeBadge(kind, word) {
  const made = document.createElement("span");
  made.className = `change-badge change-${kind}`;
  made.textContent = word;
  return made;
}

// Draws what is gone behind the drawing, instead of what was drawn there before.
export function drawGone(canvas, changes) {
  const layer = canvas.getLayer("gone", BEHIND);
  layer.replaceChildren(...changes.filter(({ place }) => place).map(({ place, word }) => gone(place, word)));
}

function gone({ name, points, line }, word) {
  const group = svg("g", { class: "difference-gone" });
  group.append(line ? way(points) : box(points));
  const [x, y] = line ? points[Math.floor(points.length / 2)] : points[0];
  const text = svg("text", { x: x + 4, y: y - 6 });
  text.textContent = [word, name].filter(Boolean).join(": ");
  group.append(text);
  return group;
}

function box([[x, y], [right, bottom]]) {
  return svg("rect", { x, y, width: right - x, height: bottom - y, rx: 6 });
}

function way(points) {
  return svg("polyline", { points: points.map((point) => point.join(",")).join(" ") });
}

function svg(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
