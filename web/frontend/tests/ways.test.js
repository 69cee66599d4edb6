// The files of a draft by process, in lists and in the map.
import assert from "node:assert/strict";
import { test } from "node:test";

import { groupsOf } from "../studio/file-list.js";
import { foundIn, mapOf } from "../studio/finder.js";

const MAP = {
  files: [
    { path: "forms/a.json", caption: "Xác minh", diagrams: ["workflows/p.bpmn"] },
    { path: "forms/b.json", caption: "Chung", diagrams: ["workflows/p.bpmn", "workflows/q.bpmn"] },
    { path: "forms/c.json", caption: "c", diagrams: [] },
    { path: "workflows/p.bpmn", caption: "Giải quyết", diagrams: ["workflows/p.bpmn"] },
    { path: "workflows/q.bpmn", caption: "Nghỉ phép", diagrams: ["workflows/q.bpmn"] },
  ],
  links: [{ path: "workflows/p.bpmn", element: "verify", caption: "Xác minh", target: "forms/a.json" }],
};

test("files are listed below their process, shared and unused ones by themselves", () => {
  const groups = groupsOf(MAP.files.map(({ path }) => ({ path, changed: path === "forms/a.json" })), MAP);
  assert.deepEqual(groups.map(({ label }) => label), ["Giải quyết", "Nghỉ phép", "Dùng chung cho nhiều quy trình", "Chưa quy trình nào dùng"]);
  assert.deepEqual(groups[0].files.map(({ label }) => label), ["Sơ đồ: Giải quyết – p.bpmn", "Biểu mẫu: Xác minh – a.json (đã sửa)"]);
});

test("the map says which step leads where, and what was found is grouped by file", () => {
  const [first] = mapOf(MAP);
  assert.deepEqual(first.items.map(({ label }) => label), ["Mở sơ đồ", "Xác minh → Xác minh"]);
  const [group] = foundIn([{ path: "forms/a.json", element: "components[0]", line: 0, text: "Kết quả" }], MAP);
  assert.equal(group.label, "Xác minh (Biểu mẫu)");
  assert.deepEqual(group.items[0].place, { path: "forms/a.json", element: "components[0]", line: 0 });
});
