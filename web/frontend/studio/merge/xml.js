// Joins what an editor writes with the file it was opened from, so that saving changes what somebody changed and
// nothing else. Editors drop what they do not know (comments, foreign elements, references that lead nowhere) and write
// the rest in their own order. What an editor wrote right after opening shows what it drops: that comes back; whatever
// it wrote the same way since is taken from the file as it stood there.
import { canonical, keyed, named, parse, prolog, write, XMLNS } from "./xml-text.js";

// The text to store: `original` as the file was, `opened` what the editor wrote of it at once, `saved` what it writes now.
// Where the order of elements says something, as that of a table's rows does, `ordered` is true.
export function mergeXml(original, opened, saved, ordered = false) {
  if (opened === saved) return original;
  const [was, before, now] = [original, opened, saved].map((text) => parse(text));
  const roots = [was, before, now].map((found) => found.documentElement);
  if (moved(was, before))
    roots[0] = new Join(roots[0], roots[1], { verbatim: false, ordered }).element(roots[0], roots[1], roots[1]);
  return write(prolog(was), new Join(roots[0], roots[1], { verbatim: true, ordered }).element(...roots));
}

// Whether the editor put something elsewhere while opening, as it does with collapsed sub-processes of old files.
function moved(was, before) {
  const places = named(before.documentElement);
  const place = (element) => idOf(element.parentNode) ?? element.parentNode.localName;
  return [...named(was.documentElement)].some(
    ([id, element]) => places.has(id) && place(element) !== place(places.get(id)),
  );
}

class Join {
  constructor(was, before, { verbatim, ordered }) {
    this.out = document.implementation.createDocument(null, null);
    this.was = named(was);
    this.before = named(before);
    this.verbatim = verbatim;
    this.ordered = ordered;
  }

  // One element of all three; `was` and `before` are what it was made of.
  element(was, before, now) {
    if (this.verbatim && canonical(before) === canonical(now)) return this.out.importNode(was, true);
    const joined = this.out.createElementNS(now.namespaceURI, samePrefix(was, now));
    attributes(was, before, now, joined);
    joined.append(
      ...(was.children.length || now.children.length ? this.children(was, before, now) : this.text(was, before, now)),
    );
    return joined;
  }

  text(was, before, now) {
    const changed = now.textContent !== before.textContent;
    const kept = [...was.childNodes].filter((node) => !changed || node.nodeType === Node.COMMENT_NODE);
    const copies = kept.map((node) => this.out.importNode(node, true));
    return changed ? [...copies, now.textContent] : copies;
  }

  children(was, before, now) {
    const [olds, befores, news] = [keyed(was), keyed(before), keyed(now)];
    const renamed = sameButRenamed(befores, news);
    const lost = [...olds].filter(([key, node]) => !befores.has(key) && !this.elsewhere(node)).map(([key]) => key);
    const kept = new Map(lost.map((key) => [key, this.out.importNode(olds.get(key), true)]));
    const place = (key) => (news.has(key) ? key : renamed.to.get(key));
    for (const [key, node] of news) {
      const from = renamed.from.get(key) ?? key;
      kept.set(key, this.child(olds.get(from), befores.get(from), node));
    }
    const inFile = [...olds.keys()].map((key) => (befores.has(key) ? place(key) : key)).filter((key) => kept.has(key));
    const asNow = this.ordered && reordered([...befores.keys()].map(place), [...news.keys()]);
    const order = asNow ? inserted([...news.keys()], inFile) : inserted(inFile, [...news.keys()]);
    return order.map((key) => kept.get(key));
  }

  elsewhere(node) {
    const id = idOf(node);
    return id !== null && this.before.get(id)?.localName === node.localName;
  }

  // A child that was moved here from elsewhere is found by its id.
  child(was, before, now) {
    if (now.nodeType !== Node.ELEMENT_NODE) return this.out.importNode(now, true);
    const id = idOf(now);
    const [old, earlier] = was && before ? [was, before] : [this.was.get(id), this.before.get(id)];
    const same = old && earlier && old.localName === now.localName && old.namespaceURI === now.namespaceURI;
    return same ? this.element(old, earlier, now) : this.out.importNode(now, true);
  }
}

function idOf(node) {
  return node.getAttribute?.("id") ?? null;
}

function samePrefix(was, now) {
  return was.namespaceURI === now.namespaceURI && was.localName === now.localName ? was.nodeName : now.nodeName;
}

function attributes(was, before, now, joined) {
  const name = (attribute) => attribute.localName;
  const all = new Map([...was.attributes, ...now.attributes].map((one) => [`${one.namespaceURI} ${name(one)}`, one]));
  for (const one of all.values()) {
    const [old, earlier, current] = [was, before, now].map((from) => from.getAttributeNS(one.namespaceURI, name(one)));
    const dropped = current === null && earlier !== null && one.namespaceURI !== XMLNS;
    const value = current === earlier ? old : (current ?? old);
    if (!dropped && value !== null) joined.setAttributeNS(one.namespaceURI, one.name, value);
  }
}

// Children that only got another key: of what is gone, what shares a name or a child with something new.
function sameButRenamed(befores, news) {
  const gone = [...befores].filter(([key]) => !news.has(key));
  const pairs = [];
  for (const [key, node] of [...news].filter(([one]) => !befores.has(one))) {
    const found = gone.findIndex(([, earlier]) => similar(earlier, node));
    if (found >= 0) pairs.push([key, gone.splice(found, 1)[0][0]]);
  }
  return { from: new Map(pairs), to: new Map(pairs.map(([key, earlier]) => [earlier, key])) };
}

function similar(one, other) {
  if (one.nodeName !== other.nodeName || one.nodeType !== Node.ELEMENT_NODE) return false;
  const parts = new Set([...one.children].map(canonical));
  const called = one.getAttribute("name");
  return (
    Boolean(called && called === other.getAttribute("name")) ||
    [...other.children].some((part) => parts.has(canonical(part)))
  );
}

// Whether what was there stands in another order now.
function reordered(before, now) {
  const stayed = before.filter((key) => now.includes(key));
  const still = now.filter((key) => stayed.includes(key));
  return stayed.some((key, place) => key !== still[place]);
}

// An order with what it lacks put after whatever it follows in another one.
function inserted(order, others) {
  const result = [...new Set(order)];
  const known = new Set(result);
  others.forEach((key, place) => {
    if (known.has(key)) return;
    result.splice(place ? result.indexOf(others[place - 1]) + 1 : 0, 0, key);
    known.add(key);
  });
  return result;
}
