// Standard answers beside a form: one is taken over with its button, or by its number.
"use strict";

const answered = document.querySelector("form[data-draft]");

function takeAnswer(button) {
  const field = answered.elements.given_answer;
  if (!field) return;
  const outcome = answered.querySelector('input[type=radio][name=outcome][value="answered"]');
  if (outcome && !outcome.checked) {
    outcome.checked = true;
    outcome.dispatchEvent(new Event("change", { bubbles: true }));
  }
  field.value = button.closest("li").querySelector("[data-text]").textContent;
  if (answered.elements.given_from) answered.elements.given_from.value = button.dataset.use;
  const block = field.closest("details");
  if (block) block.open = true;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = /** @type {Element} */ (event.target).closest("[data-use]");
  if (button) takeAnswer(button);
});

// Alt with 1 to 3 anywhere, the number alone outside of fields.
document.addEventListener("keydown", (event) => {
  const number = /^(?:Digit|Numpad)([1-3])$/.exec(event.code)?.[1];
  if (!number || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!event.altKey && /** @type {Element} */ (event.target).closest("input, textarea, select, [contenteditable]")) return;
  const button = document.querySelectorAll("[data-use]")[Number(number) - 1];
  if (!button) return;
  event.preventDefault();
  takeAnswer(button);
});
