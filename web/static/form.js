// Forms: fields that depend on an answer, pickers that are typed into, drafts. The server decides everything again.
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

// A select becomes a box to type into: "bien hoa" finds "Biên Hòa".
const plain = (text) => text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");

class Combobox {
  constructor(select) {
    this.select = select;
    this.options = [...select.options].filter((option) => option.value);
    this.input = document.createElement("input");
    this.list = document.createElement("ul");
    this.input.className = select.className.replace("form-select", "form-control");
    Object.assign(this.input, { autocomplete: "off", placeholder: select.dataset.combobox, id: select.id });
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (select.hasAttribute(name)) this.input.setAttribute(name, select.getAttribute(name));
    }
    select.removeAttribute("id");
    select.classList.add("visually-hidden");
    select.tabIndex = -1;
    select.setAttribute("aria-hidden", "true");
    const attributes = { role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": `${this.input.id}-list` };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    this.list.id = `${this.input.id}-list`;
    this.list.className = "listbox";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", select.dataset.combobox);
    this.list.hidden = true;
    const box = document.createElement("div");
    box.className = "combobox";
    select.before(box);
    box.append(this.input, this.list, select);
    this.show();
    select.addEventListener("change", () => this.show());
    this.input.addEventListener("input", () => this.open());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const item = event.target.closest("[role=option]");
      if (item) this.choose(item);
    });
  }

  show() {
    this.input.value = this.select.value ? this.select.selectedOptions[0].text : "";
  }

  open() {
    const words = plain(this.input.value).split(/\s+/).filter(Boolean);
    const fits = (option) => {
      const text = plain(`${option.text} ${option.parentElement.label ?? ""}`);
      return words.every((word) => text.includes(word));
    };
    const found = this.options.filter(fits).slice(0, 12);
    this.list.replaceChildren(...found.map((option, index) => this.item(option, index)));
    this.mark(0);
    this.list.hidden = found.length === 0;
    this.input.setAttribute("aria-expanded", String(found.length > 0));
  }

  item(option, index) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${index}`;
    item.setAttribute("role", "option");
    item.dataset.value = option.value;
    const name = document.createElement("strong");
    name.textContent = option.text;
    item.append(name);
    if (option.parentElement.label) item.append(` ${option.parentElement.label}`);
    return item;
  }

  mark(index) {
    const items = [...this.list.children];
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    items[index]?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", items[index]?.id ?? "");
    this.marked = index;
  }

  key(event) {
    const last = this.list.children.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.open();
      else this.mark(Math.max(0, Math.min(last, this.marked + (event.key === "ArrowDown" ? 1 : -1))));
    } else if (event.key === "Enter" && !this.list.hidden) {
      event.preventDefault();
      this.choose(this.list.children[this.marked]);
    } else if (event.key === "Escape") {
      this.close();
    }
  }

  choose(item) {
    this.select.value = item.dataset.value;
    this.show();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  close() {
    if (!this.list.hidden && this.input.value && plain(this.select.selectedOptions[0]?.text ?? "") !== plain(this.input.value)) {
      const first = this.list.children[this.marked];
      if (first) this.choose(first);
    }
    if (!this.input.value) {
      this.select.value = "";
      this.select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.show();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
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

for (const select of document.querySelectorAll("select[data-combobox]")) new Combobox(select);

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
