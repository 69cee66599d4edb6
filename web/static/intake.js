// A call in progress: its clock, the standard answer that is taken over, and sending with the keyboard.
"use strict";

const call = document.getElementById("intake");
const began = call.elements.call_began;

// The call lasts since it rang, or since the first key; the server's clock counts, whatever this one says.
const opened = performance.now();
const now = () => new Date(Date.parse(call.dataset.now) + performance.now() - opened);
const clock = document.querySelector("[data-clock]");
const tick = () => {
  const seconds = began.value ? Math.max(0, Math.floor((now().getTime() - Date.parse(began.value)) / 1000)) : 0;
  clock.textContent = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
};
setInterval(tick, 1000);
tick();
call.addEventListener("input", () => {
  if (!began.value) began.value = now().toISOString();
});
if (call.hasAttribute("data-ringing")) keepDraft(); // A reload does not ring again.

// The particulars of the last call, for a caller who confirms them.
document.addEventListener("click", (event) => {
  const filling = /** @type {PageElement} */ (event.target);
  if (!filling.matches("[data-fill]")) return;
  const { name, address, place } = filling.dataset;
  call.elements.reporter_name.value = name;
  call.elements.address.value = address;
  const commune = call.querySelector("select[name=place]");
  commune.value = place;
  commune.dispatchEvent(new Event("change", { bubbles: true }));
  call.elements.content.focus();
});

// Where a complaint or denunciation is filed: what to tell the caller is shown, nothing is typed.
const petition = call.elements.petition;
const guide = () => {
  call.querySelector("[data-guidance-shown]").textContent = petition.selectedOptions[0]?.dataset.guidance ?? "";
};
petition.addEventListener("change", guide);
guide();
document.addEventListener("click", (event) => {
  const naming = /** @type {PageElement} */ (event.target);
  if (!naming.matches("[data-petition]")) return;
  petition.value = naming.dataset.petition;
  petition.closest("details").open = true;
  guide();
  petition.focus();
});

// One key does what the block does that has the focus; outside of all blocks it hands over.
call.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    const block = /** @type {Element} */ (event.target).closest("[data-block]");
    call.requestSubmit((block ?? call).querySelector(block ? "button[name=outcome]" : "[data-main]"));
  } else if (event.key === "Enter" && /** @type {Element} */ (event.target).matches("input:not([role=combobox])")) {
    event.preventDefault(); // A call is not sent by accident.
  }
});

if (!document.querySelector("[data-focus]")) call.elements.phone.focus();
