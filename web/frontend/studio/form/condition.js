// When a field is hidden: the answer to a field above is, or is not, a value.
import { element, labelled, select } from "../dialogs.js";
import { t } from "../words/say.js";

const HIDE = /^=\s*([a-z]\w*)\s*(!?=)\s*(?:"([^"\\]*)"|(true|false|-?\d+(?:\.\d+)?))\s*$/;
const SIGNS = [
  { value: "=", label: t("là") },
  { value: "!=", label: t("không phải là") },
];

export function conditionControl(field, above, change) {
  const written = field.conditional?.hide ?? "";
  const found = HIDE.exec(written);
  const box = element("fieldset", "", "studio-condition");
  box.append(element("legend", t("Ẩn ô này khi"), "form-label"));
  if (written && !found) {
    box.append(plain(written, change));
    return box;
  }
  const [, key = "", sign = "=", text, word] = found ?? [];
  const keys = [
    { value: "", label: t("— luôn hiện —") },
    ...above.map((one) => ({ value: one.key, label: one.label ?? one.key })),
  ];
  const [which, how] = [select(keys, key), select(SIGNS, sign)];
  const value = answers(
    above.find((one) => one.key === key),
    text ?? word ?? "",
  );
  const say = () => change({ conditional: said(above, which.value, how.value, value.value) });
  // The answers to choose from are another field's: they are asked for anew.
  which.addEventListener("change", () => change({ conditional: said(above, which.value, "=", "") }, true));
  for (const control of [how, value]) control.addEventListener("change", say);
  box.append(
    labelled(t("Câu trả lời của"), which),
    ...(key ? [labelled(t("So sánh"), how), labelled(t("Giá trị"), value)] : []),
  );
  return box;
}

// A condition that was written otherwise stays as it is until somebody changes it.
function plain(written, change) {
  const input = Object.assign(document.createElement("input"), { value: written });
  input.addEventListener("change", () => change({ conditional: input.value ? { hide: input.value } : undefined }));
  return labelled(t("Biểu thức"), input);
}

function answers(field, value) {
  const options = field?.values ?? (field?.type === "checkbox" ? FLAGS : null);
  return options ? select(options, value) : Object.assign(document.createElement("input"), { value });
}

const FLAGS = [
  { value: "true", label: t("có đánh dấu") },
  { value: "false", label: t("không đánh dấu") },
];

function said(above, key, sign, value) {
  const field = above.find((one) => one.key === key);
  if (!field) return undefined;
  const first = value || (field.values?.[0]?.value ?? (field.type === "checkbox" ? "true" : ""));
  const bare = field.type === "checkbox" || field.type === "number";
  return { hide: `=${key} ${sign} ${bare ? first || 0 : JSON.stringify(first)}` };
}
