// The chase desk shows what the chosen act needs and says what will happen; a form of a directive shows the fields that
// its answers call for. Without this everything is shown.
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

for (const form of document.querySelectorAll("form[data-conditional]")) {
  const answer = (key) => form.querySelector(`[name="${key}"]:checked`)?.value ?? "";
  const show = () => {
    for (const part of form.querySelectorAll("[data-hide-key]")) {
      const same = answer(part.dataset.hideKey) === part.dataset.hideValue;
      part.hidden = same === (part.dataset.hideEqual === "yes");
      for (const control of part.querySelectorAll("input, textarea")) control.disabled = part.hidden;
    }
  };
  form.addEventListener("change", show);
  show();
}
