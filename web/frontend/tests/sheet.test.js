// How an open file saves itself: one after the other, until nothing is left, and never over what somebody else stored.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Away, Refused } from "../studio/api.js";
import Sheet from "../studio/sheet.js";

beforeEach(() => mock.timers.reset());

function opened(write) {
  mock.timers.enable({ apis: ["setTimeout"] });
  const written = [];
  const api = {
    write: async (path, text, version) => {
      written.push([path, text, version]);
      return write ? write(text, version) : `${version}+`;
    },
    version: async () => "theirs",
  };
  const states = [];
  const sheet = new Sheet(api, "forms/a.json", { text: "a", version: "1" }, ({ state }) => states.push(state));
  const editor = { said: "a", text: async () => editor.said, close: () => {} };
  sheet.editor = editor;
  return { sheet, editor, written, states };
}

test("a change is stored a moment later, with the version that was read", async () => {
  const { sheet, editor, written, states } = opened();
  editor.said = "b";
  sheet.changed();
  assert.deepEqual(written, []);
  mock.timers.tick(800);
  await sheet.saving;
  assert.deepEqual(written, [["forms/a.json", "b", "1"]]);
  assert.deepEqual(states, ["changed", "saving", "saved"]);
  assert.equal(sheet.unsaved, false);
});

test("what is typed while a file is being stored is stored after it, with the new version", async () => {
  const { sheet, editor, written } = opened((text, version) => {
    if (text === "b") {
      editor.said = "c";
      sheet.changed();
    }
    return `${version}+`;
  });
  editor.said = "b";
  sheet.changed();
  const saving = sheet.save();
  assert.equal(sheet.save(), saving);
  await saving;
  assert.deepEqual(written.map(([, text, version]) => [text, version]), [["b", "1"], ["c", "1+"]]);
  assert.equal(sheet.state, "saved");
});

test("what came out the same is not stored", async () => {
  const { sheet, written } = opened();
  sheet.changed();
  await sheet.save();
  assert.deepEqual(written, []);
  assert.equal(sheet.state, "saved");
});

test("a file that somebody else stored waits for a decision, and is then stored on top of theirs", async () => {
  const { sheet, editor, written } = opened((text, version) => {
    if (version === "1") throw new Refused(412, { sentence: "Lan đã sửa.", who: "Lan" });
    return "3";
  });
  editor.said = "b";
  sheet.changed();
  await sheet.save();
  assert.deepEqual([sheet.state, sheet.sentence, sheet.who], ["conflict", "Lan đã sửa.", "Lan"]);
  sheet.changed();
  mock.timers.tick(60_000);
  await sheet.save();
  assert.equal(written.length, 1);
  await sheet.overwrite();
  assert.deepEqual(written[1], ["forms/a.json", "b", "theirs"]);
  assert.equal(sheet.state, "saved");
});

test("a server that does not answer is asked again", async () => {
  let asked = 0;
  const { sheet, editor } = opened(() => {
    asked += 1;
    if (asked === 1) throw new Away("Không kết nối được.");
    return "2";
  });
  editor.said = "b";
  sheet.changed();
  await sheet.save();
  assert.deepEqual([sheet.state, sheet.unsaved], ["away", true]);
  mock.timers.tick(5000);
  await sheet.saving;
  assert.deepEqual([sheet.state, asked], ["saved", 2]);
});

test("a fault of the editor is said and not swallowed", async () => {
  const { sheet, editor } = opened();
  editor.text = async () => {
    throw new TypeError("broken");
  };
  sheet.changed();
  await assert.rejects(sheet.save(), TypeError);
  assert.deepEqual([sheet.state, sheet.sentence], ["refused", "broken"]);
});
