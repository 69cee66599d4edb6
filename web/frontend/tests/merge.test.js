// What is stored of a file that an editor wrote anew: what somebody changed, and all the rest as it stood in the file.
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { JSDOM } from "jsdom";

import { groupBy } from "../studio/grouping.js";
import { mergeJson } from "../studio/merge/json.js";
import { parse } from "../studio/merge/xml-text.js";
import { mergeXml } from "../studio/merge/xml.js";

before(() => {
  const { DOMParser, Node, document } = new JSDOM("").window;
  Object.assign(globalThis, { DOMParser, Node, document });
});

const file = (inside) => `<?xml version="1.0" encoding="UTF-8"?>\n<d xmlns="urn:d" xmlns:x="urn:x">\n${inside}\n</d>\n`;

test("a form that nobody changed is the file, letter by letter", () => {
  const original = '{"fields":[{"id":"a"}] }';
  assert.equal(mergeJson(original, { fields: [{ id: "a", label: "" }] }, { fields: [{ label: "", id: "a" }] }), original);
});

test("in a form what the editor adds by itself goes, and what it leaves out stays", () => {
  const original = { fields: [{ id: "a", label: "A", ours: 1 }, { id: "b", ours: 2 }], rules: ["r"] };
  const opened = { fields: [{ id: "a", label: "A", layout: {} }, { id: "b", layout: {} }], exporter: "e" };
  const saved = { fields: [{ id: "b", layout: {} }, { id: "a", label: "A!", layout: {} }, { id: "c" }], exporter: "e" };
  assert.deepEqual(JSON.parse(mergeJson(JSON.stringify(original), opened, saved)), {
    fields: [{ id: "b", ours: 2 }, { id: "a", label: "A!", ours: 1 }, { id: "c" }],
    rules: ["r"],
  });
  const emptied = JSON.parse(mergeJson('{"a": 1, "b": {"c": 2}}', { a: 1, b: { c: 2 } }, { b: {} }));
  assert.deepEqual(emptied, { b: {} });
});

test("a diagram keeps comments, foreign elements and the order of the file", () => {
  const original = file('  <!-- ours -->\n  <x:mark id="m" />\n  <task id="t" name="old">\n    <x:kept>1</x:kept>\n  </task>');
  const opened = file('<task name="old" id="t"/>');
  assert.equal(mergeXml(original, opened, opened), original);
  const saved = file('<task name="new" id="t"/><task id="u"/>');
  const joined = mergeXml(original, opened, saved);
  assert.equal(joined, file('  <!-- ours -->\n  <x:mark id="m" />\n  <task id="t" name="new">\n    <x:kept>1</x:kept>\n  </task>\n  <task id="u" />'));
});

test("what somebody took out is out, with what the editor does not know in it", () => {
  const original = file('  <task id="t">\n    <x:kept />\n  </task>\n  <task id="u" />');
  assert.equal(mergeXml(original, file('<task id="t"/><task id="u"/>'), file('<task id="u"/>')), file('  <task id="u" />'));
});

test("attributes are changed one by one", () => {
  const original = file('  <task id="t" x:ours="1" name="a" lost="2" />');
  const joined = mergeXml(original, file('<task id="t" name="a" isNew="false"/>'), file('<task id="t" name="b" isNew="true"/>'));
  const task = parse(joined).querySelector("task");
  const values = ["x:ours", "name", "lost", "isNew"].map((name) => task.getAttribute(name));
  assert.deepEqual(values, ["1", "b", "2", "true"]);
});

test("rows of a table have the order of the editor, elements of a diagram that of the file", () => {
  const [original, opened, saved] = [["a", "b", "c"], ["a", "b", "c"], ["c", "a", "b"]].map((ids) => file(ids.map((id) => `  <rule id="${id}" />`).join("\n")));
  const order = (text) => [...parse(text).querySelectorAll("rule")].map((rule) => rule.getAttribute("id"));
  assert.deepEqual(order(mergeXml(original, opened, saved, true)), ["c", "a", "b"]);
  assert.deepEqual(order(mergeXml(original, opened, saved)), ["a", "b", "c"]);
});

test("what is not XML is refused", () => {
  assert.throws(() => parse("<a>"));
});

test("problems are grouped in their order", () => {
  const groups = groupBy([{ at: "b", n: 1 }, { at: "a", n: 2 }, { at: "b", n: 3 }], ({ at }) => at);
  assert.deepEqual([...groups], [["b", [{ at: "b", n: 1 }, { at: "b", n: 3 }]], ["a", [{ at: "a", n: 2 }]]]);
});
