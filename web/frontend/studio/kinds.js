// The kinds of files a deployment has: where they belong and what a new one looks like. What files say is Vietnamese,
// whatever language the studio speaks.
import decision from "./beginnings/decision.dmn";
import diagram from "./beginnings/diagram.bpmn";
import form from "./beginnings/form.json";
import mail from "./beginnings/mail.txt";
import scenario from "./beginnings/scenario.yaml";
import { t } from "./words/say.js";

const named = (beginning) => (name) => beginning.replaceAll("NAME", name);
const BEGINNINGS = {
  diagram: named(diagram),
  decision: named(decision),
  form: (id) => `${JSON.stringify({ ...form, id }, null, 2)}\n`,
  mail: () => mail,
  scenario: named(scenario),
  sheet: () => "=>\n",
};

// In the order in which lists show them.
export const KINDS = [
  { id: "diagram", label: t("Sơ đồ"), folder: "workflows", ending: ".bpmn" },
  { id: "decision", label: t("Bảng quyết định"), folder: "workflows", ending: ".dmn" },
  { id: "form", label: t("Biểu mẫu"), folder: "forms", ending: ".json" },
  { id: "mail", label: t("Mẫu thư"), folder: "workflows/mail", ending: ".txt" },
  { id: "scenario", label: t("Kịch bản kiểm thử"), folder: "workflows/tests", ending: ".yaml" },
  { id: "sheet", label: t("Phép thử của bảng quyết định"), folder: "workflows/tests", ending: ".csv" },
];

// The one list of the fields of reports: there is no second one to make.
const FIELDS = { id: "fields", label: t("Lĩnh vực của phản ánh"), path: "workflows/report_fields.yaml" };
export const SHOWN_KINDS = [...KINDS, FIELDS];

// The kind of a file by its name.
export function kindOf(path) {
  return path === FIELDS.path ? FIELDS : KINDS.find((one) => path.endsWith(one.ending));
}

// Where a file from the analyst's machine belongs; none for one of another kind.
export function placeOf(name) {
  if (FIELDS.path.endsWith(`/${name}`)) return FIELDS.path;
  const kind = kindOf(name);
  return kind && `${kind.folder}/${name}`;
}

export function pathFor(kind, name) {
  return `${kind.folder}/${name}${kind.ending}`;
}

// The text of a new file.
export function beginningOf(kind, name) {
  return BEGINNINGS[kind.id](name);
}
