// What the build does to form-js. It says its sentences in its program, not through a dictionary, so ours are put in
// their places; a sentence that is no longer there stops the build, so that an upgrade does not bring English back. And
// its two halves would each bring a copy of preact, which do not understand one another: both get the editor's.
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";

const PROGRAM = /form-js-(editor|viewer)[/\\]dist[/\\]index\.es\.js$/;
const words = JSON.parse(await readFile(new URL("./form-js.json", import.meta.url), "utf8"));

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

function replaced(program, dictionary) {
  return Object.entries(dictionary).reduce((text, [english, vietnamese]) => {
    if (!text.includes(english)) throw new Error(`form-js no longer says ${english}`);
    return text.replaceAll(english, vietnamese);
  }, program);
}
