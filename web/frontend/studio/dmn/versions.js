// Files of DMN 1.1 to 1.5 in the editor, which reads 1.3: the versions name the same elements by other namespaces. What an
// editor of 1.3 does not know (a boxed conditional) is no part of what it draws and comes back when the file is stored.
const EDITED = {
  MODEL: "https://www.omg.org/spec/DMN/20191111/MODEL/",
  FEEL: "https://www.omg.org/spec/DMN/20191111/FEEL/",
  DMNDI: "https://www.omg.org/spec/DMN/20191111/DMNDI/",
};
const OTHERS = {
  MODEL: [
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
  ],
  DMNDI: ["http://www.omg.org/spec/DMN/20180521/DMNDI/", "https://www.omg.org/spec/DMN/20230324/DMNDI/"],
};

// A file as the editor reads it, and the way back: {text, restored(text)}. One that mixes versions stays as it is.
export function asEdited(text) {
  const pairs = Object.entries(OTHERS).flatMap(([kind, uris]) => {
    const named = [EDITED[kind], ...uris].filter((uri) => text.includes(uri));
    return named.length === 1 ? [[named[0], EDITED[kind]]] : [];
  });
  const swapped = (from, to) => (one) => pairs.reduce((all, pair) => all.replaceAll(pair[from], pair[to]), one);
  return { text: swapped(0, 1)(text), restored: swapped(1, 0) };
}

// Whether a file says that its texts are FEEL, as new ones do.
export function isFeelFile(text) {
  const [start] = /<(?:[\w.-]+:)?definitions\b[^>]*>/.exec(text) ?? [""];
  return /\bexpressionLanguage\s*=\s*["'][^"']*feel/i.test(start);
}

export const FEEL = EDITED.FEEL;
