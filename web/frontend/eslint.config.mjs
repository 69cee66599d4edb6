// What eslint asks of our own JavaScript: scripts of pages, the studio, its build and its tests. Run at the project's root.
import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import globals from "globals";

const PAGES = "web/static/*.js";
const WORKER = "web/static/push_worker.js";
// What a script of a page defines for those that are loaded after it, and what libraries define.
const SHARED = { BpmnJS: "readonly", Chart: "readonly", Combobox: "readonly", formAnswers: "readonly", module: "readonly" };
const DEFINED_BEFORE = { "web/static/live.js": { notices: "readonly" }, "web/static/intake.js": { keepDraft: "readonly" } };

export default defineConfig([
  { ignores: ["**/node_modules/**", "web/static/vendor/**"] },
  { files: ["web/**/*.js", "web/**/*.mjs"], extends: [js.configs.recommended] },
  {
    files: ["web/**/*.js", "web/**/*.mjs"],
    // `_` marks what an interface hands over and this one has no use for; `{ left, ...rest }` leaves something out.
    rules: { "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true }] },
  },
  { files: [PAGES], ignores: [WORKER], languageOptions: { sourceType: "script", globals: globals.browser } },
  { files: [WORKER], languageOptions: { sourceType: "script", globals: globals.serviceworker } },
  { files: [PAGES], languageOptions: { globals: SHARED }, rules: { "no-redeclare": ["error", { builtinGlobals: false }] } },
  ...Object.entries(DEFINED_BEFORE).map(([file, names]) => ({ files: [file], languageOptions: { globals: names } })),
  { files: ["web/static/notices.js"], rules: { "no-unused-vars": ["error", { varsIgnorePattern: "^notices$" }] } },
  // Characters that do not show are what it looks for.
  { files: ["web/static/answers.js"], rules: { "no-control-regex": "off" } },
  { files: ["web/frontend/studio/**"], languageOptions: { globals: globals.browser } },
  { files: ["web/frontend/tests/**", "web/frontend/*.mjs", "web/frontend/studio/**/*.mjs"], languageOptions: { globals: globals.node } },
]);
