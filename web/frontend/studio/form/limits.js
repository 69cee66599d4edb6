// Offers only the fields that the server reads, under their Vietnamese names; others of a foreign form are still shown.
import { t } from "../words/say.js";

const OFFERED = {
  textfield: t("Ô chữ một dòng"),
  textarea: t("Ô chữ nhiều dòng"),
  number: t("Ô số"),
  datetime: t("Ngày, giờ"),
  checkbox: t("Ô đánh dấu"),
  radio: t("Chọn một (nút tròn)"),
  select: t("Chọn một (danh sách)"),
  checklist: t("Chọn nhiều"),
  text: t("Đoạn chữ"),
  separator: t("Đường kẻ"),
};

export default class Limits {
  static $inject = ["formFields", "fieldFactory", "config.fieldKinds"];

  constructor(formFields, fieldFactory, kinds) {
    const all = formFields._formFields;
    formFields.get = (type) => all[type];
    formFields._formFields = Object.fromEntries(
      Object.keys(OFFERED).map((type) => [type, offered(all[type], type, kinds)]),
    );
    const create = fieldFactory.create.bind(fieldFactory);
    // The editor's own beginnings are English and may hold what the server does not understand.
    fieldFactory.create = (attributes, isNew = true) =>
      create(isNew ? { ...beginning(attributes.type), ...attributes } : attributes, isNew);
  }
}

function offered(field, type, kinds) {
  const name = kinds.find((one) => one.value === type)?.label ?? OFFERED[type];
  return { config: { ...field.config, name, label: name } };
}

function beginning(type) {
  const label = OFFERED[type];
  if (type === "separator") return {};
  if (type === "text") return { text: label };
  if (type === "datetime")
    return { subtype: "date", label, dateLabel: label, timeSerializingFormat: "utc_offset", use24h: true };
  const values = ["radio", "select", "checklist"].includes(type)
    ? { values: [{ label: t("Lựa chọn {number}", { number: 1 }), value: "choice_1" }] }
    : {};
  return { label, ...values };
}
