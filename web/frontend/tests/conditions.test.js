// Conditions: what can be shown as rows is, comes back meaning the same, and what cannot says why.
import assert from "node:assert/strict";
import { test } from "node:test";

import { compared, signsOf } from "../studio/bpmn/condition-signs.js";
import { conditionOf, textOf } from "../studio/bpmn/condition-text.js";
import { withMore, withPart } from "../studio/bpmn/condition-tree.js";
import { namesAt } from "../studio/bpmn/known-here.js";

const SHOWN = [
  ["", ""],
  ['outcome = "yes"', 'outcome = "yes"'],
  ["outcome == 'yes' and days <= 3", 'outcome = "yes" and days <= 3'],
  ['a = 1 or b = 2 and c = "x"', 'a = 1 or (b = 2 and c = "x")'],
  ["(a = 1 or b = 2) and c = true", "(a = 1 or b = 2) and c = true"],
  ["((a = 1))", "a = 1"],
  ["a = 1 and (b = 2 and c = 3)", "a = 1 and b = 2 and c = 3"],
  ["a is None or b is not None", "a = null or b != null"],
  ['x not in ("a", "b")', 'not(x in ("a", "b"))'],
  ['x in ["a", "b"]', 'x in ("a", "b")'],
  ['not(list contains(kinds, "a"))', 'not(list contains(kinds, "a"))'],
  ['unit_kind(place) = "commune"', 'unit_kind(place) = "commune"'],
  ['leave_from < date("2026-12-01") or leave_from > leave_until', 'leave_from < date("2026-12-01") or leave_from > leave_until'],
];

const KEPT = [
  ["working_hours(days) > now()", "working_hours"],
  ["days + 1 > 3", "+"],
  ["is_urgent", "is_urgent"],
  ['outcome = "yes" and', "chưa hết"],
  ["not(a = 1)", "not"],
  ["x in [1..5]", ".."],
  ["a = 1 b = 2", "b"],
];

test("a condition of comparisons is shown as rows and written in FEEL", () => {
  for (const [typed, written] of SHOWN) {
    assert.equal(textOf(conditionOf(typed)), written, typed);
    assert.equal(textOf(conditionOf(written)), written, "What is written is read again.");
  }
});

test("what rows cannot say stays as it is, and the reason names the place", () => {
  for (const [typed, word] of KEPT) assert.match(conditionOf(typed).reason, new RegExp(word.replace(/[+.]/g, "\\$&")), typed);
});

test("a group that loses its last row goes with it", () => {
  const tree = conditionOf('a = 1 and (b = 2 or c = 3)');
  const without = withPart(withPart(tree, [1, 0], undefined), [1, 0], undefined);
  assert.equal(textOf(without), "a = 1");
  assert.equal(textOf(withMore(tree, [1], { name: "d", sign: "=", value: 4 })), "a = 1 and (b = 2 or c = 3 or d = 4)");
});

test("comparisons suit the kind of a name", () => {
  assert.deepEqual(signsOf("flag"), ["=", "empty", "filled"]);
  assert.ok(!signsOf("text").includes("<"));
  const known = { kind: "text", values: [{ value: "yes" }] };
  assert.deepEqual(compared({ name: "o", sign: "=", value: null }, "in", known), { name: "o", sign: "in", value: ["yes"] });
});

test("names are told apart by whether they are set before the flow", () => {
  const start = { id: "start" };
  const [ask, later] = [{ id: "ask" }, { id: "later" }];
  const gateway = { id: "gateway", incoming: [{ source: ask }] };
  ask.incoming = [{ source: start }];
  later.incoming = [{ source: gateway }];
  const names = [
    { value: "place", near: true, from: [] },
    { value: "outcome", near: true, from: ["ask"] },
    { value: "result", near: true, from: ["later"] },
    { value: "other", near: false, from: [] },
  ];
  const { here, elsewhere } = namesAt(names, { source: gateway, target: later });
  assert.deepEqual([here, elsewhere].map((list) => list.map(({ value }) => value)), [["place", "outcome"], ["result", "other"]]);
});
