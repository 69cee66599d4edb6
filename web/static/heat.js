// The heat of a process on its drawing: shades and a number on every element where something waits.
async function draw(panel) {
  const canvas = panel.querySelector("[data-canvas]");
  const shades = JSON.parse(panel.dataset.shades);
  const waiting = JSON.parse(panel.dataset.waiting);
  try {
    const answer = await fetch(panel.dataset.diagram).then((found) => found.json());
    canvas.textContent = "";
    const viewer = new BpmnJS({ container: canvas });
    const names = panel.querySelector("[data-diagram-name]");
    names.replaceChildren(...answer.diagrams.map((item, index) => new Option(item.title, index)));
    const show = async () => {
      await viewer.importXML(answer.diagrams[names.value].xml);
      const shapes = viewer.get("elementRegistry");
      for (const [id, shade] of Object.entries(shades)) {
        if (!shapes.get(id)) continue;
        viewer.get("canvas").addMarker(id, `heat-${shade}`);
        const number = Object.assign(document.createElement("span"), { className: "heat-number", textContent: waiting[id] });
        viewer.get("overlays").add(id, { position: { top: -12, right: 12 }, html: number });
      }
      viewer.get("canvas").zoom("fit-viewport", "auto");
    };
    names.addEventListener("change", show);
    await show();
  } catch {
    canvas.textContent = panel.dataset.failed;
  }
}

addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-shades]").forEach(draw));
