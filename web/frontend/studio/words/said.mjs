// What the build does to form-js, and to the part of dmn-js that draws functions. They say sentences in their program, not
// through a dictionary, so the program is made to choose between its own and ours when it runs; a sentence that is no
// longer there stops the build, so that an upgrade does not bring English to readers of Vietnamese. And the two halves of
// form-js would each bring a copy of preact, which do not understand one another: both get the editor's.
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";

const LITERAL = /(["'`]).*?\1/;
const PROGRAM = /form-js-(editor|viewer)[/\\]dist[/\\]index\.es\.js$/;
const FUNCTIONS = /dmn-js-boxed-expression[/\\]lib[/\\].*[/\\](ElementVariableEditorComponent|FormalParametersEditor)\.js$/;
const [words, functionWords] = await Promise.all(["form-js", "dmn-js"].map(dictionary));

async function dictionary(name) {
  return JSON.parse(await readFile(new URL(`./${name}.json`, import.meta.url), "utf8"));
}

export const formJs = {
  name: "form-js",
  setup(build) {
    build.onLoad({ filter: PROGRAM }, async ({ path }) => {
      const [, half] = PROGRAM.exec(path);
      return { contents: replaced(await readFile(path, "utf8"), words[half]), loader: "js" };
    });
    build.onResolve({ filter: /^preact(\/|$)/ }, async ({ path, importer, kind, pluginData }) => {
      if (pluginData === "resolved" || !importer.includes("form-js-viewer")) return undefined;
      const editor = importer.replace("form-js-viewer", "form-js-editor");
      return build.resolve(path, { kind, importer: editor, resolveDir: dirname(editor), pluginData: "resolved" });
    });
  },
};

export const dmnJs = {
  name: "dmn-js",
  setup(build) {
    build.onLoad({ filter: FUNCTIONS }, async ({ path }) => {
      const [, component] = FUNCTIONS.exec(path);
      return { contents: replaced(await readFile(path, "utf8"), functionWords[component]), loader: "js" };
    });
  },
};

function replaced(program, dictionary) {
  return Object.entries(dictionary).reduce((text, [english, vietnamese]) => {
    if (!text.includes(english)) throw new Error(`a library no longer says ${english}`);
    return text.replaceAll(english, () => either(english, vietnamese));
  }, program);
}

// A piece of the program in which the sentence is chosen by the page's language: the first literal of each piece.
function either(english, vietnamese) {
  const own = english.match(LITERAL)[0];
  const ours = vietnamese.match(LITERAL)[0];
  return english.replace(own, () => `(document.documentElement.lang === "en" ? ${own} : ${ours})`);
}
