// Joins what an editor gives with the document it was opened from, so that saving changes only what somebody changed.
// `opened` is what the editor gave right after opening: what it added by itself goes, what it left out comes back.

// The text of a form's file, with what was changed between `opened` and `saved`.
export function mergeJson(original, opened, saved) {
  if (same(opened, saved)) return original;
  return `${JSON.stringify(join(JSON.parse(original), opened, saved), null, 2)}\n`;
}

function join(was, before, now) {
  if (same(before, now)) return was;
  if (isObject(was) && isObject(before) && isObject(now)) return objects(was, before, now);
  if ([was, before, now].every(Array.isArray)) return lists(was, before, now);
  return now;
}

function objects(was, before, now) {
  const keys = [...new Set([...Object.keys(was), ...Object.keys(now)])];
  const lost = (key) => !(key in before) && !(key in now);
  const values = keys.map((key) => [key, lost(key) ? was[key] : join(was[key], before[key], now[key])]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

// Items are the same when they bear the same name, wherever they stand now; an editor opens them in their order.
function lists(was, before, now) {
  const places = new Map(before.map((item, place) => [nameOf(item, place), place]));
  return now.map((item, place) => {
    const from = places.get(nameOf(item, place));
    return from === undefined || from >= was.length ? item : join(was[from], before[from], item);
  });
}

function nameOf(item, place) {
  return item?.id ?? item?.value ?? place;
}

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function same(one, other) {
  if (isObject(one) && isObject(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...keys].every((key) => same(one[key], other[key]));
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, place) => same(item, other[place]));
  }
  return one === other;
}
