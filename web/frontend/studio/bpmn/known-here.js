// Which names a flow or an event can ask: those that are set before it, and those that something else may set.

// The ids of all that may have been done before an element: what leads to it, what it hangs on, what is inside of these.
export function doneBefore(element) {
  const seen = new Set();
  const waiting = [element.source ?? element];
  while (waiting.length) {
    const one = waiting.pop();
    if (!one || seen.has(one)) continue;
    seen.add(one);
    const flows = [...(one.incoming ?? []), ...(one.parent?.incoming ?? [])];
    waiting.push(one.host, ...flows.map(({ source }) => source));
  }
  return new Set([...seen].flatMap(({ id, businessObject }) => [id, ...idsInside(businessObject)]));
}

function idsInside(object) {
  return (object?.flowElements ?? []).flatMap((part) => [part.id, ...idsInside(part)]);
}

// The names in two lists: `here` those that are known where the element stands, `elsewhere` the others.
export function namesAt(names, element) {
  const before = doneBefore(element);
  const isHere = ({ near, from = [] }) => near && (!from.length || from.some((id) => before.has(id)));
  return { here: names.filter(isHere), elsewhere: names.filter((one) => !isHere(one)) };
}
