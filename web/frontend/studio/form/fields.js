// What the panel asks about each type of field: exactly what the server reads of it.
import { t } from "../words/say.js";

const TEXT_KINDS = [
  { value: "", label: t("Chữ") },
  { value: "phone", label: t("Số điện thoại") },
  { value: "email", label: t("Thư điện tử") },
  { value: "commune", label: t("Xã, phường") },
  { value: "department", label: t("Sở, ngành") },
  { value: "unit", label: t("Đơn vị") },
  { value: "position", label: t("Vị trí trên bản đồ") },
  { value: "file", label: t("Tệp đính kèm") },
];
const STORES = [
  { value: "case", label: t("Chỉ trong hồ sơ") },
  { value: "process", label: t("Cả trong quy trình (điều kiện dùng được)") },
];
const SUBTYPES = [
  { value: "date", label: t("Chỉ ngày") },
  { value: "time", label: t("Chỉ giờ") },
  { value: "datetime", label: t("Ngày và giờ") },
];
// What may be about a person stays out of the process, which is shown and run again.
const PERSONAL = ["textarea", "phone", "email", "position", "file"];
const CHOSEN = ["radio", "select", "checklist"];

// `at` says where a value stands in the field: a key, or two for one inside `validate` or `properties`.
const text = (label, ...at) => ({ control: "text", label, at });
const number = (label, ...at) => ({ control: "number", label, at });
const tick = (label, ...at) => ({ control: "tick", label, at });
const choice = (label, options, ...at) => ({ control: "choice", label, options, at });

// The kind of a field: its type, or what a textfield's kind makes of it.
export function kindOf(field) {
  return field.type === "textfield" ? (field.properties?.kind ?? "textfield") : field.type;
}

// The panel's controls for a field, in order. `kinds` are the server's names of kinds.
export function controlsOf(field, kinds) {
  if (field.type === "default") return [];
  if (field.type === "separator") return [{ control: "condition" }];
  if (field.type === "text")
    return [
      text(t("Đoạn chữ"), "text"),
      text(t("Đoạn chữ tiếng Anh"), "properties", "label_en"),
      { control: "condition" },
    ];
  const kind = kindOf(field);
  return [
    text(t("Tên ô"), "label"),
    text(t("Tên ô tiếng Anh"), "properties", "label_en"),
    { ...text(t("Mã dữ liệu"), "key"), hint: t("Chữ không dấu, ví dụ contact_at.") },
    ...(field.type === "textfield"
      ? [{ ...choice(t("Loại nội dung"), named(kinds), "properties", "kind"), redraw: true }]
      : []),
    ...(field.type === "datetime" ? [{ ...choice(t("Gồm"), SUBTYPES, "subtype"), redraw: true }] : []),
    tick(t("Bắt buộc"), "validate", "required"),
    ...(PERSONAL.includes(kind) ? [] : [choice(t("Lưu ở đâu"), STORES, "properties", "store")]),
    text(t("Giải thích thêm"), "description"),
    text(t("Giải thích tiếng Anh"), "properties", "description_en"),
    ...limitsOf(kind),
    ...(CHOSEN.includes(field.type) ? [{ control: "options" }] : []),
    ...defaultOf(field, kind),
    { control: "condition" },
    {
      ...text(t("Không nhận khi"), "properties", "refuse"),
      hint: t("Ví dụ =contact_at > now; dùng được mã các ô khác, now, received, opened."),
    },
    text(t("Câu báo khi không nhận"), "properties", "refuse_vi"),
    text(t("Câu báo tiếng Anh"), "properties", "refuse_en"),
  ];
}

function named(kinds) {
  return TEXT_KINDS.map((one) => ({
    ...one,
    label: kinds.find((other) => other.value === one.value)?.label ?? one.label,
  }));
}

function limitsOf(kind) {
  const lengths = [
    number(t("Ít nhất bao nhiêu ký tự"), "validate", "minLength"),
    number(t("Nhiều nhất bao nhiêu ký tự"), "validate", "maxLength"),
  ];
  const limits = {
    textfield: [
      ...lengths,
      { ...text(t("Mẫu phải theo"), "validate", "pattern"), hint: t("Biểu thức chính quy, từ ^ đến $.") },
    ],
    textarea: lengths,
    email: lengths.slice(1),
    number: [
      number(t("Nhỏ nhất"), "validate", "min"),
      number(t("Lớn nhất"), "validate", "max"),
      number(t("Số chữ số thập phân"), "decimalDigits"),
    ],
    file: [
      tick(t("Nhiều tệp"), "properties", "multiple"),
      tick(t("Chỉ nhận ảnh, tính là minh chứng"), "properties", "pictures"),
    ],
    commune: [tick(t("Chọn nhiều xã, phường"), "properties", "multiple")],
  };
  return limits[kind] ?? [];
}

function defaultOf(field, kind) {
  if (["textfield", "textarea"].includes(kind)) return [text(t("Giá trị ban đầu"), "defaultValue")];
  if (kind === "number") return [number(t("Giá trị ban đầu"), "defaultValue")];
  if (kind === "checkbox") return [tick(t("Đánh dấu sẵn"), "defaultValue")];
  if (!["radio", "select"].includes(kind)) return [];
  return [choice(t("Chọn sẵn"), [{ value: "", label: t("— không —") }, ...(field.values ?? [])], "defaultValue")];
}
