// Cells of a scenario: taken apart, changed in one part, written as they were.
import assert from "node:assert/strict";
import { test } from "node:test";

import { pairsOf, readValue, spelled, textOfPairs, withPair } from "../studio/scenario/pairs.js";

test("a cell is cut at its own commas only", () => {
  assert.deepEqual(pairsOf(`open: [a, b], note: "x, y: z", who: 'a, ''b'''`), [
    ["open", "[a, b]"],
    ["note", '"x, y: z"'],
    ["who", "'a, ''b'''"],
  ]);
  assert.deepEqual(pairsOf(String.raw`note: "a \" , b", kind: c`), [["note", String.raw`"a \" , b"`], ["kind", "c"]]);
  assert.deepEqual(pairsOf(String.raw`note: "😀 \", b", kind: c`), [["note", String.raw`"😀 \", b"`], ["kind", "c"]]);
  assert.deepEqual(pairsOf("  "), []);
});

test("what cannot be taken apart is left alone", () => {
  for (const text of ["open: [a", 'note: "a', "no pair", "a: 1, b", "1a: 2"]) assert.equal(pairsOf(text), undefined);
});

test("one part is set, added or taken out; the others stay as they are written", () => {
  const pairs = pairsOf("a: 'x',b:  2");
  assert.equal(textOfPairs(withPair(pairs, "b", "3")), "a: 'x', b: 3");
  assert.equal(textOfPairs(withPair(pairs, "c", "4")), "a: 'x', b: 2, c: 4");
  assert.equal(textOfPairs(withPair(pairs, "a", "")), "b: 2");
  assert.equal(textOfPairs(withPair(pairs, "c", "")), "a: 'x', b: 2");
});

test("a value is read as it was spelled", () => {
  for (const value of ["yes", "No", "12", "Trảng Dài", 'a "b"', "a, b", "[x]", "a\nb", " a ", "#a", "a: b", ""]) {
    assert.equal(readValue(spelled(value)), value, value);
    const [[name, written]] = pairsOf(`v: ${spelled(value)}`);
    assert.deepEqual([name, readValue(written)], ["v", value]);
  }
  assert.equal(spelled("Trảng Dài"), "Trảng Dài");
  assert.equal(spelled("yes"), '"yes"');
  assert.deepEqual(readValue(spelled(["a, b", "no", "c"])), ["a, b", "no", "c"]);
  assert.deepEqual(readValue("[ ]"), []);
  assert.equal(readValue("{a: b}"), undefined);
  assert.equal(readValue("'a ''b'''"), "a 'b'");
});
