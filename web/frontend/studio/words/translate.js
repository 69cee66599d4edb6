// How the editors' libraries say things: in English as they are, in Vietnamese by a dictionary from their English
// sentences, whatever their capitals and hyphens.
import { inEnglish } from "./say.js";

// The function that editors call: (template, replacements) -> sentence. What is not in the dictionary stays as it is.
export function translator(words) {
  const spoken = inEnglish ? {} : words;
  const known = new Map(Object.entries(spoken).map(([english, vietnamese]) => [plain(english), vietnamese]));
  return (template, replacements = {}) => {
    const sentence = known.get(plain(template)) ?? template;
    return sentence.replace(/\{([^}]+)\}/g, (place, name) => replacements[name] ?? place);
  };
}

function plain(text) {
  return text.toLowerCase().replace(/[^a-z0-9{}<>]/g, "");
}
