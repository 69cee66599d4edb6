// The case beside a task: tabs, and the diagram with the path walked.
"use strict";

for (const tabs of document.querySelectorAll("[data-tabs]")) {
  const all = [...tabs.querySelectorAll("[role=tab]")];
  const select = (tab, focus) => {
    for (const other of all) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).hidden = !chosen;
    }
    if (focus) tab.focus();
    if (tab.id === "tab-diagram") showDiagram(document.getElementById("side-diagram"));
  };
  tabs.addEventListener("click", (event) => {
    const tab = /** @type {Element} */ (event.target).closest("[role=tab]");
    if (!tab) return;
    event.preventDefault();
    select(tab, true);
  });
  tabs.addEventListener("keydown", (event) => {
    const at = all.indexOf(/** @type {PageElement} */ (event.target));
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (at >= 0 && step) select(all[(at + step + all.length) % all.length], true);
  });
  select(all.find((tab) => tab.hash === location.hash) ?? all[0], false);
}

function load(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    Object.assign(script, { src: address, onload: resolve, onerror: reject });
    document.head.append(script);
  });
}

// The same diagram fills the window and comes back: it moves into a dialog and is fitted again.
function enlargeDiagram(panel, fit) {
  const home = panel.querySelector("[data-diagram-home]");
  const large = panel.querySelector("[data-large]");
  const button = panel.querySelector("[data-enlarge]");
  button.hidden = false;
  button.addEventListener("click", () => {
    button.hidden = true;
    large.append(home);
    large.showModal();
    fit(true);
  });
  large.querySelector("[data-shrink]").addEventListener("click", () => large.close());
  large.addEventListener("close", () => {
    panel.prepend(home);
    button.hidden = false;
    button.focus();
    fit(false);
  });
}

async function showDiagram(panel) {
  if (panel.dataset.begun) return;
  panel.dataset.begun = "yes";
  const canvas = panel.querySelector("[data-canvas]");
  canvas.textContent = panel.dataset.wait;
  try {
    const [answer] = await Promise.all([
      fetch(panel.dataset.diagram).then((found) => found.json()),
      load("/static/vendor/bpmn-navigated-viewer.production.min.js"),
    ]);
    canvas.textContent = "";
    const viewer = new BpmnJS({ container: canvas });
    const names = panel.querySelector("[data-diagram-name]");
    names.replaceChildren(...answer.diagrams.map((item, index) => new Option(item.title, index)));
    const draw = async () => {
      await viewer.importXML(answer.diagrams[names.value].xml);
      const shapes = viewer.get("elementRegistry");
      const marker = viewer.get("canvas");
      for (const id of answer.walked) if (shapes.get(id) && !answer.waiting.includes(id)) marker.addMarker(id, "walked");
      for (const id of answer.waiting) if (shapes.get(id)) marker.addMarker(id, "waiting");
      marker.zoom("fit-viewport", "auto");
    };
    enlargeDiagram(panel, (isLarge) => {
      const view = viewer.get("canvas");
      view.resized();
      const place = answer.waiting.map((id) => viewer.get("elementRegistry").get(id)).find(Boolean);
      // On a telephone a whole diagram cannot be read: where the case is now is shown first, to be moved and zoomed.
      if (isLarge && place && view.getContainer().clientWidth < 700) {
        view.zoom(1);
        view.scrollToElement(place);
      } else {
        view.zoom("fit-viewport", "auto");
      }
    });
    const here = panel.dataset.here ? [panel.dataset.here] : answer.waiting;
    names.value = Math.max(0, answer.diagrams.findIndex((item) => here.some((id) => item.xml.includes(`id="${id}"`))));
    names.addEventListener("change", draw);
    await draw();
  } catch {
    canvas.textContent = panel.dataset.failed;
  }
}
