// Decision services: which decisions they answer with and which they keep inside. dmn-js draws none of them.
import { t } from "../words/say.js";

const LINES = {
  outputDecision: (names) => t("Trả lời bằng: {names}", { names }),
  encapsulatedDecision: (names) => t("Quyết định bên trong: {names}", { names }),
  inputDecision: (names) => t("Nhận kết quả của quyết định: {names}", { names }),
  inputData: (names) => t("Nhận dữ liệu: {names}", { names }),
};

// What a service consists of, by what people call its parts; a part of another file by its reference.
export function serviceText(service, definitions) {
  const names = new Map(definitions.get("drgElement").map((one) => [`#${one.id}`, one.get("name") || one.id]));
  const called = ({ href }) => names.get(href) ?? href;
  const lines = Object.entries(LINES).map(([kind, line]) => [line, service.get(kind).map(called).join(", ")]);
  return lines.flatMap(([line, words]) => (words ? [line(words)] : [])).join("\n");
}
