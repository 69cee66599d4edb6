// A draft that somebody may read and not change: nothing can be typed, dropped or deleted. The server refuses it too.
const REFUSED = ["beforeinput", "paste", "cut", "drop", "dragstart"];
const DELETING = ["Delete", "Backspace"];

export function onlyRead({ canvas, panel }) {
  panel.inert = true;
  for (const name of REFUSED) canvas.addEventListener(name, refuse, { capture: true });
  canvas.addEventListener("keydown", (event) => DELETING.includes(event.key) && refuse(event), { capture: true });
}

function refuse(event) {
  event.preventDefault();
  event.stopPropagation();
}
