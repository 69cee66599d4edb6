// The chase desk shows what the chosen act needs and says what will happen. Without this everything is shown.
"use strict";

for (const bar of document.querySelectorAll("[data-chase]")) {
  const act = bar.querySelector("[data-act]");
  const said = bar.querySelector("[data-will-shown]");
  const show = () => {
    for (const part of bar.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== act.value;
    said.textContent = act.selectedOptions[0].dataset.will;
  };
  act.addEventListener("change", show);
  show();
}
