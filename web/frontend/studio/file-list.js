// The files of a draft as groups of a list: by process, with their captions; those of several processes by themselves.
import { kindOf as kindName } from "./finder.js";
import { t } from "./words/say.js";

const ORDER = [".bpmn", ".dmn", ".json", ".txt", ".yaml", ".csv"];

// Groups of [{path, label}] for the files that are listed, out of the map of the draft.
export function groupsOf(listed, { files }) {
  const named = new Map(files.map((file) => [file.path, file]));
  const diagrams = files.filter(({ path }) => path.endsWith(".bpmn"));
  const users = ({ path }) => named.get(path)?.diagrams ?? [];
  const own = diagrams.map((diagram) => [diagram.caption, listed.filter((file) => users(file).length === 1 && users(file)[0] === diagram.path)]);
  const groups = [
    ...own,
    [t("Dùng chung cho nhiều quy trình"), listed.filter((file) => users(file).length > 1)],
    [t("Chưa quy trình nào dùng"), listed.filter((file) => !users(file).length)],
  ];
  return groups
    .filter(([, group]) => group.length)
    .map(([label, group]) => ({ label, files: group.toSorted(byKind).map((file) => ({ ...file, label: labelOf(file, named) })) }));
}

function labelOf({ path, changed }, named) {
  const name = path.split("/").at(-1);
  const caption = named.get(path)?.caption ?? name;
  const facts = { kind: kindName(path), caption, name };
  return changed ? t("{kind}: {caption} – {name} (đã sửa)", facts) : t("{kind}: {caption} – {name}", facts);
}

function byKind(one, other) {
  const place = ({ path }) => ORDER.findIndex((ending) => path.endsWith(ending));
  return place(one) - place(other) || one.path.localeCompare(other.path);
}
