// Runs the tests of the studio's modules: each is bundled like the studio is, then run by node's own test runner.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
// Below node_modules, so that what is not bundled is found.
const outdir = mkdtempSync(join(HERE, "..", "node_modules", ".studio-tests-"));
const tests = readdirSync(HERE).filter((name) => name.endsWith(".test.js"));
try {
  await build({
    entryPoints: tests.map((name) => join(HERE, name)),
    outdir,
    bundle: true,
    platform: "node",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    // Sentences are chosen by the language of a page; there is none here.
    banner: { js: 'globalThis.document ??= { documentElement: { lang: "vi" } };' },
    external: ["node:*", "jsdom"],
    loader: { ".bpmn": "text", ".dmn": "text", ".txt": "text", ".yaml": "text" },
    logLevel: "warning",
  });
  const made = tests.map((name) => join(outdir, name.replace(/\.js$/, ".mjs")));
  process.exitCode = spawnSync(process.execPath, ["--test", ...made], { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(outdir, { recursive: true });
}
