// Forms: drafts of what is typed. The server decides everything again.
"use strict";

/** @type {HTMLFormElement} */
const form = document.querySelector("form[data-draft]");

// What is typed is kept on the server a second after the last key.
let waiting = 0;

async function keepDraft() {
  const state = form.querySelector("[data-draft-state]");
  const data = new FormData(form);
  for (const [key, value] of [...data]) if (value instanceof File) data.delete(key);
  const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
  try {
    const answer = await fetch(form.dataset.draft, { method: "PUT", headers, body: data, keepalive: true });
    if (!answer.ok) throw new Error(String(answer.status));
    const time = new Intl.DateTimeFormat("vi", { timeStyle: "short", timeZone: "Asia/Ho_Chi_Minh" }).format(new Date());
    state.textContent = `${form.dataset.saved} ${time}`;
  } catch {
    state.textContent = form.dataset.unsaved;
  }
}

if (form) {
  if (form.dataset.draft) form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keepDraft, 1000);
  });
  form.addEventListener("submit", () => clearTimeout(waiting));
  document.querySelector("[data-focus]")?.focus();
}

// A button that is pressed with the mouse takes no focus: the page would scroll for it and move it from under the pointer.
document.addEventListener("mousedown", (event) => {
  if (/** @type {Element} */ (event.target).closest("form button:not([type=button])")) event.preventDefault();
});

// What the server refused is no longer said of a field that has been changed since; the list at the top stays.
function forgetFault({ target }) {
  const part = target.closest?.(".field");
  for (const fault of part?.querySelectorAll(".fault[id]") ?? []) {
    for (const box of [part, ...part.querySelectorAll("[aria-describedby], .is-invalid")]) {
      const ids = (box.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== fault.id);
      box.classList.remove("is-invalid");
      box.removeAttribute("aria-invalid");
      if (ids.length) box.setAttribute("aria-describedby", ids.join(" "));
      else box.removeAttribute("aria-describedby");
    }
    fault.remove();
  }
}
for (const kind of ["input", "change"]) document.addEventListener(kind, forgetFault, true);
