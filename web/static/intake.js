// A call in progress: its clock, the standard answer that is taken over, and sending with the keyboard.
"use strict";

const begun = Date.now();
const clock = document.querySelector("[data-clock]");
const call = document.getElementById("intake");
const tell = () => {
  const seconds = Math.floor((Date.now() - begun) / 1000);
  clock.textContent = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
};
setInterval(tell, 1000);
tell();

// The particulars of the last call, for a caller who confirms them.
document.addEventListener("click", (event) => {
  if (!event.target.matches("[data-fill]")) return;
  const { name, address, place } = event.target.dataset;
  call.elements.reporter_name.value = name;
  call.elements.address.value = address;
  const commune = call.querySelector("select[name=place]");
  commune.value = place;
  commune.dispatchEvent(new Event("change", { bubbles: true }));
  call.elements.content.focus();
});

document.addEventListener("click", (event) => {
  if (!event.target.matches("[data-use]")) return;
  const answer = call.elements.given_answer;
  answer.value = event.target.closest("li").querySelector("[data-text]").textContent;
  call.elements.given_from.value = event.target.dataset.use;
  answer.closest("details").open = true;
  answer.focus();
  answer.dispatchEvent(new Event("input", { bubbles: true }));
});

call.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    call.requestSubmit(call.querySelector("[data-main]"));
  } else if (event.key === "Enter" && event.target.matches("input:not([role=combobox])")) {
    event.preventDefault(); // A call is not sent by accident.
  }
});

if (!document.querySelector("[data-focus]")) call.elements.phone.focus();
