// A select becomes a box to type into: "bien hoa" finds "Biên Hòa", "ts" finds "Thanh Sơn". The server decides again.
"use strict";

const MOST_SHOWN = 12;
const KINDS = /^(?:phuong|xa|thi tran|thi xa|thanh pho|huyen|quan|tinh) (?=.)/;
const SHORT_KINDS = { p: "phuong", f: "phuong", x: "xa", tt: "thi tran", tx: "thi xa", tp: "thanh pho", h: "huyen", q: "quan" };
// How well a text fits a name, from best to worst; 0 is the whole name.
const WHOLE = 0, BEGINNING = 1, INITIALS = 2, IN_ORDER = 3, ALL_WORDS = 4, INSIDE = 5;

function plain(text) {
  const letters = text.normalize("NFKC").toLowerCase().replace(/[\u0111\u00f0\u0256]/g, "d").normalize("NFD").replace(/[\p{M}\p{Cf}]/gu, "");
  return (letters.match(/[\p{L}\p{N}]+/gu) ?? []).join(" ");
}

// All that is compared of one place: its name with and without its kind, and both with the place above.
function spellings(name, above) {
  const full = plain(name), core = full.replace(KINDS, "");
  const upper = plain(above), upperCore = upper.replace(KINDS, "");
  const names = core === full ? [core] : [core, full];
  const places = upper ? [upper, upperCore] : [];
  return { names, long: names.flatMap((one) => places.map((place) => `${one} ${place}`)), words: `${full} ${upper}`.split(" ") };
}

const joined = (text) => text.replaceAll(" ", "");
const initials = (text) => text.split(" ").map((word) => (/^\d/.test(word) ? word : word[0])).join("");

function inOrder(typed, text) {
  const words = text.split(" ");
  return words.some((_word, first) => typed.every((part, at) => words[first + at]?.startsWith(part)));
}

function fitOf(typed, { names, long, words }) {
  const all = [...names, ...long], tight = joined(typed), parts = typed.split(" ");
  if (all.some((name) => name === typed || joined(name) === tight)) return WHOLE;
  if (all.some((name) => name.startsWith(typed) || joined(name).startsWith(tight))) return BEGINNING;
  if (names.some((name) => initials(name) === tight)) return INITIALS;
  if (all.some((name) => inOrder(parts, name))) return IN_ORDER;
  if (parts.every((part) => words.some((word) => word.startsWith(part)))) return ALL_WORDS;
  return parts.every((part) => part.length > 1 && words.join(" ").includes(part)) ? INSIDE : Infinity;
}

// The places that fit, best first, each with its fit; places of one fit keep the order in which they are given.
function rankPlaces(text, places) {
  const typed = plain(text), [kind, ...rest] = typed.split(" ");
  if (!typed) return places.map((place) => ({ place, fit: BEGINNING }));
  const spelled = rest.length && SHORT_KINDS[kind] ? [typed, [SHORT_KINDS[kind], ...rest].join(" ")] : [typed];
  const ranked = places.map((place) => {
    place.spellings ??= spellings(place.name, place.above);
    return { place, fit: Math.min(...spelled.map((one) => fitOf(one, place.spellings))) };
  });
  const best = Math.min(...ranked.map((item) => item.fit));
  const most = best <= BEGINNING ? IN_ORDER : INSIDE; // Whose name begins so needs no words from anywhere beside it.
  return ranked.filter((item) => item.fit <= most).sort((one, other) => one.fit - other.fit);
}

// The one place that a text means, or undefined: two of the same name, or several that begin so, are asked for.
function meantPlace(ranked) {
  return ranked.length && (ranked.length === 1 || ranked[1].fit > ranked[0].fit) ? ranked[0].place : undefined;
}

// The options as places with what is above them: their group, or the option before them that is less indented.
function namedPlaces(select) {
  const severalGroups = new Set([...select.querySelectorAll("optgroup")].map((group) => group.label)).size > 1;
  const above = [];
  return [...select.options].filter((option) => option.value).map((option) => {
    const depth = option.text.match(/^(?:– )*/)[0].length / 2, name = option.text.slice(depth * 2);
    above.splice(depth, Infinity, name);
    const group = option.parentElement.label ?? above[depth - 1] ?? "";
    return { option, name, above: group, shown: group && (severalGroups || depth) ? `${name}, ${group}` : name };
  });
}

class Combobox {
  constructor(select) {
    this.select = select;
    this.places = namedPlaces(select);
    this.input = document.createElement("input");
    this.list = document.createElement("ul");
    this.note = document.createElement("p");
    this.input.className = select.className.replace("form-select", "form-control");
    Object.assign(this.input, { autocomplete: "off", placeholder: select.dataset.combobox, id: select.id });
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (select.hasAttribute(name)) this.input.setAttribute(name, select.getAttribute(name));
    }
    select.removeAttribute("id");
    select.classList.add("visually-hidden");
    select.tabIndex = -1;
    select.setAttribute("aria-hidden", "true");
    const attributes = { role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": `${this.input.id}-list` };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    this.list.id = `${this.input.id}-list`;
    this.list.className = "listbox";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", select.dataset.combobox);
    this.list.hidden = true;
    this.note.className = "hint";
    this.note.setAttribute("role", "status");
    const box = document.createElement("div");
    box.className = "combobox";
    select.before(box);
    box.append(this.input, this.list, this.note, select);
    this.show();
    select.addEventListener("change", () => this.show());
    this.input.addEventListener("input", () => this.open());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const item = /** @type {Element} */ (event.target).closest("[role=option]");
      if (item) this.choose(this.shown[[...this.list.children].indexOf(item)]);
    });
  }

  chosen() {
    return this.places.find((place) => place.option.value === this.select.value);
  }

  show() {
    this.input.value = this.chosen()?.shown ?? "";
    this.note.textContent = "";
  }

  open() {
    const ranked = rankPlaces(this.input.value, this.places);
    const meant = meantPlace(ranked);
    this.shown = ranked.slice(0, MOST_SHOWN).map((item) => item.place);
    this.list.replaceChildren(...this.shown.map((place, index) => this.item(place, index)));
    this.mark(meant ? 0 : -1);
    this.note.textContent = !meant && ranked.length && this.input.value ? this.select.dataset.several ?? "" : "";
    this.list.hidden = ranked.length === 0;
    this.input.setAttribute("aria-expanded", String(ranked.length > 0));
  }

  item(place, index) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${index}`;
    item.setAttribute("role", "option");
    item.dataset.value = place.option.value;
    const name = document.createElement("strong");
    name.textContent = place.name;
    item.append(name);
    if (place.above) item.append(` ${place.above}`);
    return item;
  }

  mark(index) {
    const items = [...this.list.children];
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    items[index]?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", items[index]?.id ?? "");
    this.marked = index;
  }

  key(event) {
    const last = this.list.children.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.open();
      else this.mark(Math.max(0, Math.min(last, this.marked + (event.key === "ArrowDown" ? 1 : -1))));
    } else if (event.key === "Enter" && !this.list.hidden) {
      event.preventDefault();
      if (this.marked >= 0) this.choose(this.shown[this.marked]);
    } else if (event.key === "Escape") {
      this.input.value = this.chosen()?.shown ?? "";
      this.close();
    }
  }

  choose(place) {
    this.fold();
    this.put(place.option.value);
  }

  fold() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-activedescendant", "");
  }

  put(value) {
    this.select.value = value;
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // What was typed is taken if it means one place; otherwise nothing is, and the text stays to be seen.
  close() {
    const typed = this.input.value, isOpen = !this.list.hidden, marked = this.shown?.[this.marked];
    this.fold();
    if (plain(typed) === plain(this.chosen()?.shown ?? "")) return this.show();
    if (isOpen && typed.trim() && marked) return this.put(marked.option.value);
    this.put("");
    this.input.value = typed.trim() ? typed : "";
    this.note.textContent = typed.trim() ? this.select.dataset.several ?? "" : "";
    return undefined;
  }
}

for (const select of document.querySelectorAll("select[data-combobox]")) new Combobox(select);
