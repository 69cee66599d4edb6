// Reading and writing XML for the merge: what an element means, what its children are called, how a file is laid out.
export const XMLNS = "http://www.w3.org/2000/xmlns/";
const REFERENCE = /^(incoming|outgoing|.*Refs?)$/;
const NAMES = ["id", "bpmnElement", "dmnElementRef", "name"];
const WIDE = 2;

// The document of a text; raises with the parser's words when it is not XML.
export function parse(text) {
  const found = new DOMParser().parseFromString(text.replace(/^\uFEFF/, ""), "application/xml");
  const broken = found.querySelector("parsererror");
  if (broken) throw new Error(broken.textContent);
  return found;
}

// What an element means: names, attributes and content, whatever prefixes, blanks and comments it was written with.
export function canonical(element) {
  const attributes = [...element.attributes]
    .filter((one) => one.namespaceURI !== XMLNS)
    .map((one) => `${one.namespaceURI ?? ""}|${one.localName}=${JSON.stringify(one.value)}`)
    .sort();
  const content = element.children.length
    ? [...element.childNodes].filter(counts).map((node) => (node.nodeType === 1 ? canonical(node) : node.data.trim()))
    : [element.textContent];
  return `<${element.namespaceURI}|${element.localName} ${attributes.join(" ")}>${content.join("")}</>`;
}

function counts(node) {
  return node.nodeType === 1 || (isText(node) && node.data.trim() !== "");
}

function isText(node) {
  return node.nodeType === 3 || node.nodeType === 4;
}

// The children of an element by what they are called among their siblings, in order; comments are children, too.
export function keyed(element) {
  const found = new Map();
  for (const node of element.childNodes) {
    if (isText(node) && node.data.trim() === "") continue;
    const name = keyOf(node);
    let key = name;
    for (let number = 2; found.has(key); number += 1) key = `${name} ${number}`;
    found.set(key, node);
  }
  return found;
}

function keyOf(node) {
  if (node.nodeType !== 1) return `${node.nodeName} ${node.data.trim()}`;
  const name = NAMES.map((one) => node.getAttribute(one)).find(Boolean);
  const called = name ?? (REFERENCE.test(node.localName) ? node.textContent.trim() : "");
  return `${node.namespaceURI}|${node.localName} ${called}`;
}

// The elements below another by their ids; of several with one id, the first.
export function named(root) {
  return new Map([...root.querySelectorAll("[id]")].reverse().map((element) => [element.getAttribute("id"), element]));
}

// What stands beside the root of a document.
export function prolog(found) {
  const nodes = [...found.childNodes];
  const root = nodes.indexOf(found.documentElement);
  return { above: nodes.slice(0, root), below: nodes.slice(root + 1) };
}

// The text of a file: one element a line, its content indented.
export function write({ above, below }, root) {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>'];
  for (const node of above) lines.push(piece(node));
  element(root, "", new Map([["xml", "http://www.w3.org/XML/1998/namespace"]]), lines);
  for (const node of below) lines.push(piece(node));
  return `${lines.join("\n")}\n`;
}

function element(node, indent, scope, lines) {
  const inside = new Map(scope);
  const start = `${indent}<${node.nodeName}${attributesOf(node, inside)}`;
  const nodes = [...node.childNodes];
  const mixed = nodes.some((child) => isText(child) && child.data.trim() !== "");
  if (!nodes.length) {
    lines.push(`${start} />`);
  } else if (mixed || nodes.every(isText)) {
    lines.push(`${start}>${nodes.map((child) => inline(child, inside)).join("")}</${node.nodeName}>`);
  } else {
    lines.push(`${start}>`);
    const deeper = indent + " ".repeat(WIDE);
    for (const child of nodes) {
      if (child.nodeType === 1) element(child, deeper, inside, lines);
      else if (!isText(child)) lines.push(deeper + piece(child));
    }
    lines.push(`${indent}</${node.nodeName}>`);
  }
}

function inline(node, scope) {
  if (node.nodeType !== 1) return piece(node);
  const lines = [];
  element(node, "", scope, lines);
  return lines.join("\n");
}

// The attributes of an element, with the declarations of prefixes that nothing around it declares.
function attributesOf(node, scope) {
  const declared = new Map();
  const declare = (prefix, uri) => {
    if ((scope.get(prefix) ?? "") === uri) return;
    scope.set(prefix, uri);
    declared.set(prefix ? `xmlns:${prefix}` : "xmlns", uri);
  };
  for (const one of node.attributes) {
    if (one.namespaceURI === XMLNS) declare(one.prefix ? one.localName : "", one.value);
  }
  declare(node.prefix ?? "", node.namespaceURI ?? "");
  const own = [...node.attributes].filter((one) => one.namespaceURI !== XMLNS);
  for (const one of own) if (one.prefix) declare(one.prefix, one.namespaceURI);
  const all = [...declared, ...own.map((one) => [one.name, one.value])];
  return all.map(([name, value]) => ` ${name}=${quoted(value)}`).join("");
}

function quoted(value) {
  const escaped = plain(value).replace(/[\n\r\t]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  if (!escaped.includes('"')) return `"${escaped}"`;
  return escaped.includes("'") ? `"${escaped.replace(/"/g, "&quot;")}"` : `'${escaped}'`;
}

function piece(node) {
  if (node.nodeType === 4) return `<![CDATA[${node.data}]]>`;
  if (node.nodeType === 7) return `<?${node.target} ${node.data}?>`;
  if (node.nodeType === 8) return `<!--${node.data}-->`;
  return plain(node.data).replace(/\r/g, "&#13;");
}

function plain(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
