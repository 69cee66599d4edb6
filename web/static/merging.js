// Both versions of a diagram side by side, with the elements marked about which somebody has to choose; the one in
// question stands so large that it can be read.
const READABLE = 0.8;
const AROUND = 110; // Points of the drawing that stay visible around it.

async function drawSide(canvas, places, failed) {
  try {
    const answer = await fetch(canvas.dataset.from);
    if (!answer.ok) throw new Error(String(answer.status));
    const xml = await answer.text();
    canvas.textContent = "";
    const viewer = new BpmnJS({ container: canvas });
    await viewer.importXML(xml);
    const known = viewer.get("elementRegistry");
    // A shape or line on the drawing stands for what it draws.
    const find = (place) => known.get(place) ?? known.find((one) => one.di?.id === place);
    for (const place of places) if (find(place)) viewer.get("canvas").addMarker(find(place).id, "in-conflict");
    viewer.get("canvas").zoom("fit-viewport", "auto");
    return (place) => {
      const element = find(place);
      for (const one of known.getAll()) viewer.get("canvas").removeMarker(one.id, "in-question");
      if (!element) return;
      viewer.get("canvas").addMarker(element.id, "in-question");
      viewer.get("canvas").zoom(READABLE);
      viewer.get("canvas").scrollToElement(element.id, AROUND);
    };
  } catch {
    canvas.textContent = failed;
    return () => {};
  }
}

async function drawMerging(panel) {
  const section = panel.closest("section");
  const parts = [...section.querySelectorAll("[data-place]")];
  const places = parts.map((part) => part.dataset.place);
  const sides = [...panel.querySelectorAll("[data-canvas]")];
  const shown = await Promise.all(sides.map((side) => drawSide(side, places, panel.dataset.failed)));
  if (places.length) shown.forEach((show) => show(places[0]));
  for (const part of parts)
    for (const name of ["focusin", "mouseenter"])
      part.addEventListener(name, () => shown.forEach((show) => show(part.dataset.place)));
}

addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-merging]").forEach(drawMerging));
