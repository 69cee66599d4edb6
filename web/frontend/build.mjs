// Puts what pages load into web/static/vendor: ready-made files are copied, the studio is built into one script and
// one style sheet. Run by `make pages` after `npm ci`.
import { build } from "esbuild";
import { copyFile, mkdir } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

import { dmnJs, formJs } from "./studio/words/said.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const VENDOR = `${HERE}../static/vendor`;
const READY = [
  "htmx.org/dist/htmx.min.js",
  "chart.js/dist/chart.umd.min.js",
  "bpmn-js/dist/bpmn-navigated-viewer.production.min.js",
  "bpmn-js/dist/assets/bpmn-js.css",
  "bpmn-js/dist/assets/diagram-js.css",
  // Tinos is as wide as Times New Roman, letter by letter, and free: the serif of papers as PDF.
  "@expo-google-fonts/tinos/400Regular/Tinos_400Regular.ttf",
  "@expo-google-fonts/tinos/400Regular_Italic/Tinos_400Regular_Italic.ttf",
  "@expo-google-fonts/tinos/700Bold/Tinos_700Bold.ttf",
];

await mkdir(VENDOR, { recursive: true });
await Promise.all(READY.map((path) => copyFile(`${HERE}node_modules/${path}`, `${VENDOR}/${basename(path)}`)));
await build({
  entryPoints: { studio: `${HERE}studio/main.js` },
  outdir: VENDOR,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome110", "firefox115", "safari16"],
  // The icons' fonts stand in their style sheets; other formats are for browsers of long ago.
  // What new files of a draft begin with is text to the studio.
  loader: { ".eot": "empty", ".svg": "empty", ".bpmn": "text", ".dmn": "text", ".txt": "text", ".yaml": "text" },
  alias: {
    domify: `${HERE}studio/domify.js`,
    "dmn-js-shared/lib/components/LiteralExpression": `${HERE}studio/dmn/plain-expression.js`,
  },
  plugins: [dmnJs, formJs],
  legalComments: "linked",
  logLevel: "warning",
});
