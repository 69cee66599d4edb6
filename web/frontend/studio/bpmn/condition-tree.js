// Changes of a condition's tree of rows; a way is the list of places that lead from the whole to a row or a group.

// The tree with something else at a way; nothing takes the row out, and a group that is left empty with it.
export function withPart(tree, way, part) {
  if (!way.length) return part;
  const [place, ...deeper] = way;
  const changed = deeper.length ? withPart(tree.rows[place], deeper, part) : part;
  const isEmpty = !changed || changed.rows?.length === 0;
  const rows = isEmpty ? tree.rows.toSpliced(place, 1) : tree.rows.with(place, changed);
  return { ...tree, rows };
}

// The tree with one more row or group at the end of the group at a way.
export function withMore(tree, way, part) {
  const group = way.reduce((held, place) => held.rows[place], tree);
  return withPart(tree, way, { ...group, rows: [...group.rows, part] });
}

// The other way of joining than that of the group around.
export function otherJoin(join) {
  return join === "and" ? "or" : "and";
}
