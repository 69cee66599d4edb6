// Where a play stands, on the drawing: what was just passed comes up in order, then the open tasks and the fault.
import { framesOf } from "../play.js";
import { groupBy } from "../grouping.js";

const PAUSE = 220;
const MARKS = ["play-passed", "play-now", "play-open", "play-failed"];

// Draws a play, or takes it off; returns what stops the drawing.
export function drawPlay(editor, play) {
  for (const mark of MARKS) editor.marker(mark, []);
  if (!play) return () => {};
  const ids = named(editor.modeler.get("elementRegistry"));
  const frames = framesOf(play.passed);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let timer = 0;
  const draw = (place) => {
    const frame = frames[place];
    if (frame) editor.marker("play-passed", frame.flatMap(ids));
    editor.marker("play-now", frame ? ids(frame.at(-1)) : []);
    if (place < frames.length - 1) timer = setTimeout(() => draw(place + 1), PAUSE);
    else settle();
  };
  const settle = () => {
    editor.marker("play-now", []);
    editor.marker("play-open", play.open);
    editor.marker("play-failed", play.failed);
  };
  draw(calm ? frames.length - 1 : 0);
  return () => clearTimeout(timer);
}

// The ids on the drawing of an element, or of the flows of "source>target".
function named(registry) {
  const flows = groupBy(
    registry.filter(({ source, target }) => source && target),
    ({ source, target }) => `${source.id}>${target.id}`,
  );
  return (name) => (name.includes(">") ? (flows.get(name) ?? []).map(({ id }) => id) : [name]);
}
