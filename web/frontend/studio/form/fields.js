// What the panel asks about each type of field: exactly what the server reads of it.
const TEXT_KINDS = [
  { value: "", label: "Chữ" },
  { value: "phone", label: "Số điện thoại" },
  { value: "email", label: "Thư điện tử" },
  { value: "commune", label: "Xã, phường" },
  { value: "unit", label: "Đơn vị" },
  { value: "file", label: "Tệp đính kèm" },
];
const STORES = [
  { value: "case", label: "Chỉ trong hồ sơ" },
  { value: "process", label: "Cả trong quy trình (điều kiện dùng được)" },
];
const SUBTYPES = [
  { value: "date", label: "Ngày" },
  { value: "time", label: "Giờ" },
  { value: "datetime", label: "Ngày và giờ" },
];
// What may be about a person stays out of the process, which is shown and run again.
const PERSONAL = ["textarea", "phone", "email", "file"];
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
    return [text("Đoạn chữ", "text"), text("Đoạn chữ tiếng Anh", "properties", "label_en"), { control: "condition" }];
  const kind = kindOf(field);
  return [
    text("Tên ô", "label"),
    text("Tên ô tiếng Anh", "properties", "label_en"),
    { ...text("Mã dữ liệu", "key"), hint: "Chữ không dấu, ví dụ contact_at." },
    ...(field.type === "textfield"
      ? [{ ...choice("Loại nội dung", named(kinds), "properties", "kind"), redraw: true }]
      : []),
    ...(field.type === "datetime" ? [{ ...choice("Gồm", SUBTYPES, "subtype"), redraw: true }] : []),
    tick("Bắt buộc", "validate", "required"),
    ...(PERSONAL.includes(kind) ? [] : [choice("Lưu ở đâu", STORES, "properties", "store")]),
    text("Giải thích thêm", "description"),
    text("Giải thích tiếng Anh", "properties", "description_en"),
    ...limitsOf(kind),
    ...(CHOSEN.includes(field.type) ? [{ control: "options" }] : []),
    ...defaultOf(field, kind),
    { control: "condition" },
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
    number("Ít nhất bao nhiêu chữ", "validate", "minLength"),
    number("Nhiều nhất bao nhiêu chữ", "validate", "maxLength"),
  ];
  const limits = {
    textfield: [
      ...lengths,
      { ...text("Mẫu phải theo", "validate", "pattern"), hint: "Biểu thức chính quy, từ ^ đến $." },
    ],
    textarea: lengths,
    email: lengths.slice(1),
    number: [
      number("Nhỏ nhất", "validate", "min"),
      number("Lớn nhất", "validate", "max"),
      number("Số chữ số thập phân", "decimalDigits"),
    ],
    file: [tick("Nhiều tệp", "properties", "multiple")],
  };
  return limits[kind] ?? [];
}

function defaultOf(field, kind) {
  if (["textfield", "textarea"].includes(kind)) return [text("Giá trị ban đầu", "defaultValue")];
  if (kind === "number") return [number("Giá trị ban đầu", "defaultValue")];
  if (kind === "checkbox") return [tick("Đánh dấu sẵn", "defaultValue")];
  if (!["radio", "select"].includes(kind)) return [];
  return [choice("Chọn sẵn", [{ value: "", label: "— không —" }, ...(field.values ?? [])], "defaultValue")];
}
