// Promises of a play on the drawing: what was passed comes up in order, each once.
import assert from "node:assert/strict";
import test from "node:test";

import { framesOf, marksOf } from "../studio/play.js";

test("what was passed comes up one by one, in order, each once", () => {
  assert.deepEqual(framesOf(["a", "a>b", "b", "a"]), [["a"], ["a", "a>b"], ["a", "a>b", "b"]]);
  assert.deepEqual(framesOf([]), []);
});

test("a piece of the page says its marks as lists", () => {
  const said = { pathOfPlay: "workflows/a.bpmn", playOpen: "x y", playPassed: "a a>b b", playFailed: "" };
  assert.deepEqual(marksOf(said), {
    path: "workflows/a.bpmn",
    open: ["x", "y"],
    passed: ["a", "a>b", "b"],
    failed: [],
  });
});
