// What the studio says: the Vietnamese sentences of its code, or their English ones out of the program's one catalogue.
import catalogue from "../../../../engine/translation/en/LC_MESSAGES/messages.json";

const LANGUAGE = document.documentElement.lang;
export const inEnglish = LANGUAGE === "en";

// A sentence of the code in the reader's language; what stands there in braces is filled with the fact of that name.
export function t(sentence, facts = {}) {
  return filled(wordings(sentence, [sentence])[0], facts);
}

// A sentence in which a number counts: `one` of it, or `many`; {count} is the number.
export function nt(one, many, count, facts = {}) {
  const [single, several] = wordings(one, [one, many]);
  return filled(count === 1 ? single : several, { count, ...facts });
}

function wordings(sentence, vietnamese) {
  return (inEnglish && catalogue[sentence]) || vietnamese;
}

function filled(sentence, facts) {
  return sentence.replace(/\{(\w+)\}/g, (place, name) => (name in facts ? written(facts[name]) : place));
}

// Numbers are written the language's way; what is only a name, such as a line's number, is given as text.
function written(fact) {
  return typeof fact === "number" ? fact.toLocaleString(LANGUAGE) : String(fact);
}
