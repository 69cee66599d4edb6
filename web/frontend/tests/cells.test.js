// Cells of tables and scenarios: what is chosen by captions is written as before, and what says more stays as it is.
import assert from "node:assert/strict";
import { test } from "node:test";

import { captionOf, readCell, writeCell } from "../studio/dmn/cell-values.js";
import { pairsOf, readValue, spelled, textOfPairs, withPair } from "../studio/scenario/pairs.js";

test("a cell of a table is read as values and written in its language", () => {
  assert.deepEqual(readCell('? in ("a", "b")', true), ["a", "b"]);
  assert.deepEqual(readCell('"a", "b"', true), ["a", "b"]);
  assert.deepEqual(readCell("-", true), []);
  assert.equal(readCell("60 <= ? < 80", true), undefined);
  assert.equal(readCell('not("a")', true), undefined);
  assert.equal(readCell('"a", "b"', false), undefined, "A result has one value.");
  assert.equal(writeCell(["a", "b"], { isInput: true, isFeel: false }), '? in ("a", "b")');
  assert.equal(writeCell(["a", "b"], { isInput: true, isFeel: true }), '"a", "b"');
  assert.equal(writeCell([true], { isInput: false, isFeel: false }), "True");
  assert.equal(writeCell([], { isInput: true, isFeel: true }), "-");
});

test("a cell is shown by captions when each of its values has one", () => {
  const options = [{ value: "a", label: "Giáo dục" }, { value: "", label: "" }];
  assert.equal(captionOf('"a"', true, options), "Giáo dục");
  assert.equal(captionOf('""', false, options), "—");
  assert.equal(captionOf('"x"', true, options), "");
});

test("a cell of a scenario is taken apart, changed in one place and put together", () => {
  const text = 'open: [coordinate], unit: {coordinate: 75.VP, other: "a, b"}, finished: true';
  assert.equal(pairsOf('name: "không đóng'), undefined);
  const pairs = pairsOf(text);
  assert.deepEqual(pairs.map(([name]) => name), ["open", "unit", "finished"]);
  assert.equal(textOfPairs(withPair(pairs, "open", spelled(["check", "chase"]))), text.replace("[coordinate]", "[check, chase]"));
  assert.deepEqual(withPair(pairs, "finished", "").map(([name]) => name), ["open", "unit"]);
  assert.deepEqual(readValue("[a, b]"), ["a", "b"]);
  assert.equal(readValue("'26068'"), "26068");
  for (const value of ["26068", "yes", "a, b", "Có: không", "2026-12-01"]) assert.equal(readValue(spelled(value)), value);
  assert.equal(spelled("26068"), '"26068"');
  assert.equal(spelled("Đã xác minh"), "Đã xác minh");
});
