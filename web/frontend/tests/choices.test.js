// What is chosen in the panel: timers in words, parts of lists, ids out of captions.
import assert from "node:assert/strict";
import { test } from "node:test";

import { listText, partsOf } from "../studio/bpmn/literal.js";
import { nameOptions, unitOptions, withChosen } from "../studio/bpmn/offered.js";
import { isMade, slugOf } from "../studio/bpmn/slug.js";
import { said, written } from "../studio/bpmn/timer.js";

test("ids are made from captions, without marks and of their own", () => {
  assert.equal(slugOf("Ký kết quả"), "ky_ket_qua");
  assert.equal(slugOf("Đôn đốc – lần 2?"), "don_doc_lan_2");
  assert.equal(slugOf("3 sở cho ý kiến"), "so_3_so_cho_y_kien");
  assert.equal(slugOf("Ký kết quả", (id) => ["ky_ket_qua", "ky_ket_qua_2"].includes(id)), "ky_ket_qua_3");
  assert.equal(slugOf("…"), "");
  assert.ok(slugOf("Lãnh đạo Ủy ban nhân dân xã ký duyệt kết quả giải quyết phản ánh").length <= 40);
  assert.ok(isMade("Activity_1uqpwpm") && !isMade("sign_result") && !isMade("lane_commune"));
});

test("timers out of the data are said in words and written as before", () => {
  for (const text of ["working_hours(take_up_hours)", 'leave_from + "T07:30:00+07:00"', "due", "working_days(3)", "reminder(0.75)"]) {
    const words = said("timeDate", text);
    assert.notEqual(words.kind, "expression", text);
    assert.deepEqual(written(words), { element: "timeDate", text });
  }
  assert.equal(said("timeDate", 'working_hours(2) if clock == "working" else clock_hours(2)').kind, "expression");
});

test("a list of recipients is read part by part; what is more stays an expression", () => {
  for (const text of ['["unit", "75.VP"]', "[place, unit_above(place)]", "communes", ""])
    assert.equal(listText(partsOf(text), (part) => part === "communes"), text);
  assert.deepEqual(partsOf("'unit'"), ['"unit"']);
  assert.equal(partsOf('["unit"] if late else []'), undefined);
});

test("units are chosen by name: of the data, above one of the data, fixed", () => {
  const names = { here: [{ value: "place", label: "Địa bàn", unit: true }], elsewhere: [{ value: "days", label: "days", kind: "number" }] };
  const groups = unitOptions(names, [{ value: "75.VP", label: "Văn phòng", kind: "Văn phòng" }]);
  assert.deepEqual(groups.flatMap(({ children }) => children.map(({ value }) => value)), ["place", "unit_above(place)", '"75.VP"']);
  assert.equal(withChosen(groups, "serving(x, y)")[1].value, "serving(x, y)");
  assert.equal(nameOptions(names, ({ kind }) => kind === "number").length, 1);
});
