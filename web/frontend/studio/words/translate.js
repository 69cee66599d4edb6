// How editors say things: a dictionary from their English sentences, whatever their capitals and hyphens.

// The function that editors call: (template, replacements) -> sentence. What is not in the dictionary stays as it is.
export function translator(words) {
  const known = new Map(Object.entries(words).map(([english, vietnamese]) => [plain(english), vietnamese]));
  return (template, replacements = {}) => {
    const sentence = known.get(plain(template)) ?? template;
    return sentence.replace(/\{([^}]+)\}/g, (place, name) => replacements[name] ?? place);
  };
}

function plain(text) {
  return text.toLowerCase().replace(/[^a-z0-9{}<>]/g, "");
}
