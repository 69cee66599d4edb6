// The options of a field to choose from: value, name and English name, one row each.
import { element } from "../dialogs.js";
import { t } from "../words/say.js";

const COLUMNS = [
  ["label", t("Tên")],
  ["value", t("Mã")],
  ["label_en", t("Tên tiếng Anh")],
];

export function optionsControl(field, change) {
  const values = field.values ?? [];
  const box = element("fieldset", "", "studio-options");
  box.append(element("legend", t("Các lựa chọn"), "form-label"));
  if (field.valuesKey) {
    box.append(element("p", t("Lấy từ tệp Lĩnh vực của phản ánh; sửa ở tệp đó."), "studio-panel-note"));
    return box;
  }
  values.forEach((_value, place) => box.append(row(field, place, change)));
  const add = Object.assign(element("button", t("Thêm lựa chọn"), "btn btn-outline-secondary btn-sm"), {
    type: "button",
  });
  add.addEventListener("click", () => change({ values: [...field.values, fresh(field.values)] }, true));
  box.append(add);
  return box;
}

// The values are asked for when they change: another row's may have changed since this one was drawn.
function row(field, place, change) {
  const made = element("div", "", "studio-option");
  for (const [key, name] of COLUMNS) {
    const input = Object.assign(element("input", "", "form-control"), {
      value: field.values[place][key] ?? "",
      placeholder: name,
    });
    input.setAttribute("aria-label", t("{name} của lựa chọn {number}", { name, number: place + 1 }));
    input.addEventListener("change", () => {
      const value = entered(field.values[place], key, input.value);
      change({ values: field.values.with(place, value) });
    });
    made.append(input);
  }
  const away = Object.assign(element("button", t("Bỏ"), "btn btn-outline-secondary btn-sm"), {
    type: "button",
    disabled: field.values.length < 2,
  });
  away.addEventListener("click", () => change({ values: field.values.toSpliced(place, 1) }, true));
  made.append(away);
  return made;
}

function entered(value, key, text) {
  const { [key]: _old, ...others } = value;
  return text ? { ...value, [key]: text } : others;
}

function fresh(values) {
  let number = values.length + 1;
  while (values.some((one) => one.value === `choice_${number}`)) number += 1;
  return { label: t("Lựa chọn {number}", { number }), value: `choice_${number}` };
}
