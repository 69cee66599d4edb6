// The files that a template brings: forms and mails of their own, under names that the draft does not have yet.
import { slugOf } from "./slug.js";

// What to write for a template: {names: {forms, mails}, files: [{path, text}]}. `has` says whether a name is taken.
export function filesOf({ forms, mails }, { hasForm, hasMail }) {
  const names = { forms: named(forms, hasForm), mails: named(mails, hasMail) };
  const formFiles = Object.entries(forms).map(([key, { components }]) => formFile(names.forms[key], components));
  const mailFiles = Object.entries(mails).map(([key, { text }]) => ({ path: `workflows/mail/${names.mails[key]}.txt`, text }));
  return { names, files: [...formFiles, ...mailFiles] };
}

// Keys of data are the form's own, so that a template can be put into a draft twice.
function formFile(name, components) {
  const text = JSON.stringify({ type: "default", id: name, schemaVersion: 18, components }, null, 2);
  return { path: `forms/${name}.json`, text: `${text.replaceAll("NAME", name)}\n` };
}

function named(parts, has) {
  const made = {};
  for (const [key, { stem }] of Object.entries(parts))
    made[key] = slugOf(stem, (name) => has(name) || Object.values(made).includes(name));
  return made;
}
