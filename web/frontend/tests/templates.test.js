// Templates bring files of their own, whose names and keys nothing in the draft has.
import assert from "node:assert/strict";
import { test } from "node:test";

import { filesOf } from "../studio/bpmn/new-files.js";
import pieces from "../studio/bpmn/template-pieces.json";

test("each template names only what it brings, and its files get free names", () => {
  for (const [id, piece] of Object.entries(pieces)) {
    const { names, files } = filesOf(piece, { hasForm: (name) => name === "duyet_ket_qua", hasMail: () => false });
    const keys = new Set(["anchor", ...piece.nodes.map(({ key }) => key)]);
    for (const [from, to] of piece.flows) assert.ok(keys.has(from) && keys.has(to), `${id}: ${from} ${to}`);
    for (const node of piece.nodes) {
      assert.ok(!node.form || names.forms[node.form], `${id}: ${node.form}`);
      assert.ok(!node.mail || names.mails[node.mail], `${id}: ${node.mail}`);
    }
    assert.ok(files.every(({ text }) => !text.includes("NAME")));
  }
});

test("a name that is taken gets a number, in the data too", () => {
  const { names, files } = filesOf(pieces.approval, { hasForm: (name) => name === "duyet_ket_qua", hasMail: () => false });
  assert.equal(names.forms.form, "duyet_ket_qua_2");
  assert.match(files[0].text, /"key": "duyet_ket_qua_2_decision"/);
  assert.equal(files[0].path, "forms/duyet_ket_qua_2.json");
});
