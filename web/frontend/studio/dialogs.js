// Questions to the analyst, as dialogs of the page.

// Asks a question with one button for each act; returns the chosen act's value, or null when it was closed.
export function ask({ title, sentences, acts, fields = [] }) {
  const dialog = document.createElement("dialog");
  dialog.className = "studio-dialog";
  const form = Object.assign(document.createElement("form"), { method: "dialog" });
  form.append(element("h2", title), ...sentences.map((sentence) => element("p", sentence)), ...fields);
  const row = element("div", "", "acts");
  row.append(...acts.map(button));
  form.append(row);
  dialog.append(form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue || null);
    });
    dialog.showModal();
  });
}

// A labelled field of a dialog or panel; `control` is an input, select or textarea.
export function labelled(label, control, hint = "") {
  const field = element("div", "", "field");
  control.id ||= `studio-${Math.random().toString(36).slice(2)}`;
  control.classList.add(control.tagName === "SELECT" ? "form-select" : "form-control");
  const name = Object.assign(element("label", label, "form-label"), { htmlFor: control.id });
  field.append(name, control);
  if (hint) field.append(element("p", hint, "hint"));
  return field;
}

// A list to choose from.
export function select(options, value) {
  const made = document.createElement("select");
  made.append(...options.map((one) => new Option(one.label, one.value, one.value === value, one.value === value)));
  return made;
}

export function element(name, text, className = "") {
  return Object.assign(document.createElement(name), { textContent: text, className });
}

function button({ label, value, kind = "outline-secondary" }) {
  const made = element("button", label, `btn btn-${kind}`);
  // Closing asks for nothing; what was typed has to be right only for an act.
  return Object.assign(made, { value, type: "submit", formNoValidate: !value });
}
