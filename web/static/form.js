// Forms: fields that depend on an answer, drafts. The server decides everything again.
"use strict";

const form = document.querySelector("form[data-draft]");

function answer(key) {
  const fields = [...form.querySelectorAll(`[name="${key}"]`)];
  if (!fields.length) return "";
  if (fields[0].type === "radio") return fields.find((field) => field.checked)?.value ?? "";
  return fields[0].type === "checkbox" ? String(fields[0].checked) : fields[0].value;
}

function showFields() {
  for (const part of form.querySelectorAll("[data-hide-key]")) {
    const same = answer(part.dataset.hideKey).toLowerCase() === part.dataset.hideValue.toLowerCase();
    const hide = same === (part.dataset.hideEqual === "yes");
    part.hidden = hide;
    for (const control of part.querySelectorAll("input, select, textarea")) control.disabled = hide;
  }
}

// What is typed is kept on the server a second after the last key.
let waiting = 0;

async function keepDraft() {
  const state = form.querySelector("[data-draft-state]");
  const data = new FormData(form);
  for (const [key, value] of [...data]) if (value instanceof File) data.delete(key);
  const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
  try {
    const answer = await fetch(form.dataset.draft, { method: "PUT", headers, body: data, keepalive: true });
    if (!answer.ok) throw new Error(answer.status);
    const time = new Intl.DateTimeFormat("vi", { timeStyle: "short", timeZone: "Asia/Ho_Chi_Minh" }).format(new Date());
    state.textContent = `${form.dataset.saved} ${time}`;
  } catch {
    state.textContent = form.dataset.unsaved;
  }
}

if (form) {
  showFields();
  form.addEventListener("change", showFields);
  if (form.dataset.draft) form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keepDraft, 1000);
  });
  form.addEventListener("submit", () => clearTimeout(waiting));
  document.querySelector("[data-focus]")?.focus();
}
