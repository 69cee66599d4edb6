// A point on the map of the communes' borders. The field takes it too as text; the server says in which commune it lies.
"use strict";

{
  const SVG = "http://www.w3.org/2000/svg";
  const TILE = 256, MOST_TILES = 60; // Pixels of a tile; more than a large screen shows.
  const ZOOM = 1.6, SHORT = 6; // Pixels up to which a pointer has been tapped, not drawn.
  const ATTEMPT = { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 };
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const height = (latitude) => Math.log(Math.tan(Math.PI / 4 + radians(latitude) / 2));
  const token = () => document.querySelector("meta[name=csrf-token]").content;

  const make = (name, attributes) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };

  class MapField {
    constructor(part) {
      this.part = part;
      this.boxes = new Map();
      this.input = document.getElementById(part.dataset.field);
      this.commune = this.input.form.querySelector("select[name=place]");
      this.frame = part.querySelector("[data-map-frame]");
      this.svg = part.querySelector("svg");
      this.says = part.querySelector("[data-map-says]");
      this.takeButton = part.querySelector("[data-map-take]");
      this.pointers = new Map();
      part.hidden = false;
      const on = (name, act) => part.querySelector(`[data-map-${name}]`).addEventListener("click", act);
      on("open", () => this.toggle());
      on("here", () => this.askBrowser());
      on("clear", () => this.put(""));
      on("in", () => this.zoom(1 / ZOOM));
      on("out", () => this.zoom(ZOOM));
      on("take", () => this.follow(this.takeButton.value));
      this.input.addEventListener("change", () => this.locate());
      for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) this.svg.addEventListener(kind, (event) => this[kind](event));
      this.svg.addEventListener("keydown", (event) => this.key(event));
      this.showClear();
    }

    // The field's own button to leave no point; nothing to leave is not offered.
    showClear() {
      this.part.querySelector("[data-map-clear]").hidden = !this.input.value;
    }

    async toggle() {
      const button = this.part.querySelector("[data-map-open]"), opens = this.frame.hidden;
      if (opens && !this.picture && !(await this.load())) return;
      this.frame.hidden = !opens;
      button.setAttribute("aria-expanded", String(opens));
      button.querySelector("span").textContent = opens ? this.part.dataset.close : this.part.dataset.choose;
      if (opens) {
        this.show(this.pointOf(this.input.value));
        this.look();
        this.svg.focus();
      }
    }

    async load() {
      try {
        const answer = await fetch(this.part.dataset.map);
        if (!answer.ok) throw new Error(String(answer.status));
        this.picture = await answer.json();
      } catch {
        this.say(this.part.dataset.failed);
        return false;
      }
      const names = new Map([...(this.commune?.options ?? [])].map((option) => [option.value, option.text]));
      // Borders of today's communes have their names; those of what former communes became have others.
      const named = [...names.keys()].every((code) => !code || code in this.picture.paths);
      this.areas = make("g", {});
      this.names = make("g", {});
      this.mark = make("circle", { class: "point", visibility: "hidden" });
      this.ground = make("g", {});
      this.svg.replaceChildren(this.ground, this.areas, this.names, this.mark);
      for (const [code, path] of Object.entries(this.picture.paths)) {
        this.areas.append(make("path", { class: "commune", d: path, "data-code": code }));
        if (named && names.has(code)) this.names.append(Object.assign(make("text", { "data-code": code }), { textContent: names.get(code) }));
      }
      return true;
    }

    // Cells of the picture for a point as text, and the other way.
    pointOf(text) {
      const [latitude, longitude] = text.split(",").map(Number);
      if (!this.picture || !text.trim() || Number.isNaN(latitude + longitude)) return null;
      const { west, north, scale } = this.picture;
      return { x: (radians(longitude) - west) * scale, y: (north - height(latitude)) * scale };
    }

    textOf({ x, y }) {
      const { west, north, scale } = this.picture;
      const latitude = 2 * Math.atan(Math.exp(north - y / scale)) - Math.PI / 2;
      return `${((latitude * 180) / Math.PI).toFixed(5)}, ${(((x / scale + west) * 180) / Math.PI).toFixed(5)}`;
    }

    // What is looked at first: the surroundings of the point, else the chosen commune, else the province.
    look() {
      const [wide, high] = this.picture.size;
      const area = this.areas.querySelector(`[data-code="${CSS.escape(this.commune?.value ?? "")}"]`)?.getBBox();
      if (this.point) this.view = { x: this.point.x - wide / 30, y: this.point.y - wide / 40, w: wide / 15 };
      else if (area) this.view = { x: area.x - area.width * 0.1, y: area.y - area.height * 0.1, w: Math.max(area.width, area.height * this.ratio()) * 1.2 };
      else this.view = { x: 0, y: 0, w: Math.max(wide, high * this.ratio()) };
      if (!this.point && !area) this.view.x = (wide - this.view.w) / 2;
      this.draw();
    }

    ratio() {
      const box = this.svg.getBoundingClientRect();
      return box.height ? box.width / box.height : 1;
    }

    draw() {
      const { x, y, w } = this.view, h = w / this.ratio(), size = (w / this.svg.getBoundingClientRect().width) * 13;
      this.svg.setAttribute("viewBox", `${x} ${y} ${w} ${h}`);
      this.lay({ x, y, w, h });
      this.mark.setAttribute("r", size * 0.7);
      this.names.setAttribute("font-size", size);
      for (const name of this.names.children) {
        const code = name.dataset.code;
        if (!this.boxes.has(code)) this.boxes.set(code, this.areas.querySelector(`[data-code="${CSS.escape(code)}"]`).getBBox());
        const box = this.boxes.get(code);
        name.setAttribute("x", box.x + box.width / 2);
        name.setAttribute("y", box.y + box.height / 2);
        name.setAttribute("visibility", box.width > name.textContent.length * size * 0.55 ? "visible" : "hidden");
      }
    }

    // The province's own tiles under what is in view, at the zoom whose pictures come nearest to their size.
    lay({ x, y, w, h }) {
      const { tiles, tilesFrom, tilesTo } = this.part.dataset;
      if (!tiles) return;
      const { west, north, scale } = this.picture, across = 2 * Math.PI * scale, wide = this.svg.getBoundingClientRect().width || 1;
      const zoom = Math.min(Math.max(Math.round(Math.log2((across * wide) / w / TILE)), Number(tilesFrom)), Number(tilesTo));
      const side = across / 2 ** zoom, left = (-Math.PI - west) * scale, top = (north - Math.PI) * scale;
      const [first, last] = [Math.floor((x - left) / side), Math.floor((x + w - left) / side)];
      const [upper, lower] = [Math.floor((y - top) / side), Math.floor((y + h - top) / side)];
      if ((last - first + 1) * (lower - upper + 1) > MOST_TILES) return this.ground.replaceChildren();
      const kept = new Map([...this.ground.children].map((image) => [image.getAttribute("href"), image]));
      const shown = [];
      for (let row = upper; row <= lower; row += 1) {
        for (let column = first; column <= last; column += 1) {
          const href = `${tiles}/${zoom}/${column}/${row}`;
          const place = { href, x: left + column * side, y: top + row * side, width: side, height: side, preserveAspectRatio: "none" };
          shown.push(kept.get(href) ?? make("image", place));
        }
      }
      return this.ground.replaceChildren(...shown);
    }

    zoom(by, at = null) {
      const { x, y, w } = this.view, h = w / this.ratio();
      const middle = at ?? (this.point && this.inView(this.point) ? this.point : { x: x + w / 2, y: y + h / 2 });
      const wide = Math.min(Math.max(w * by, this.picture.size[0] / 400), this.picture.size[0] * 2), share = wide / w;
      this.view = { x: middle.x - (middle.x - x) * share, y: middle.y - (middle.y - y) * share, w: wide };
      this.draw();
    }

    inView({ x, y }) {
      const { x: left, y: top, w } = this.view;
      return x >= left && x <= left + w && y >= top && y <= top + w / this.ratio();
    }

    show(point) {
      this.point = point;
      if (!this.mark) return;
      this.mark.setAttribute("visibility", point ? "visible" : "hidden");
      if (point) {
        this.mark.setAttribute("cx", point.x);
        this.mark.setAttribute("cy", point.y);
      }
    }

    cellAt(event) {
      const box = this.svg.getBoundingClientRect(), scale = this.view.w / box.width;
      return { x: this.view.x + (event.clientX - box.left) * scale, y: this.view.y + (event.clientY - box.top) * scale };
    }

    pointerdown(event) {
      this.svg.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, event);
      const cell = this.cellAt(event), near = (this.view.w / this.svg.getBoundingClientRect().width) * 24;
      this.drawn = false;
      this.holds = Boolean(this.point) && Math.hypot(cell.x - this.point.x, cell.y - this.point.y) < near;
    }

    pointermove(event) {
      const before = this.pointers.get(event.pointerId);
      if (!before) return;
      const dx = event.clientX - before.clientX, dy = event.clientY - before.clientY;
      if (!this.drawn && Math.hypot(dx, dy) < SHORT) return;
      this.drawn = true;
      const scale = this.view.w / this.svg.getBoundingClientRect().width;
      if (this.pointers.size === 2) {
        const other = [...this.pointers.values()].find((one) => one.pointerId !== event.pointerId);
        const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
        this.zoom(apart(before) / apart(event), this.cellAt(other));
      } else if (this.holds) this.show(this.cellAt(event));
      else {
        this.view = { ...this.view, x: this.view.x - dx * scale, y: this.view.y - dy * scale };
        this.draw();
      }
      this.pointers.set(event.pointerId, event);
    }

    pointerup(event) {
      const alone = this.pointers.size === 1;
      this.pointers.delete(event.pointerId);
      if (alone && (!this.drawn || this.holds)) this.put(this.textOf(this.cellAt(event)));
    }

    pointercancel(event) {
      this.pointers.delete(event.pointerId);
      this.show(this.pointOf(this.input.value));
    }

    key(event) {
      const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (moves) {
        const { x, y, w } = this.view, step = w / (event.shiftKey ? 200 : 40);
        const from = this.point ?? { x: x + w / 2, y: y + w / this.ratio() / 2 };
        const to = this.point ? { x: from.x + moves[0] * step, y: from.y + moves[1] * step } : from;
        if (!this.inView(to)) this.view = { x: to.x - w / 2, y: to.y - w / this.ratio() / 2, w };
        this.draw();
        this.put(this.textOf(to));
      } else if (event.key === "+" || event.key === "=") this.zoom(1 / ZOOM);
      else if (event.key === "-") this.zoom(ZOOM);
      else if (event.key === "Delete" || event.key === "Backspace") this.put("");
      else return;
      event.preventDefault();
    }

    askBrowser() {
      this.say(this.part.dataset.waiting);
      const refused = () => this.say(this.part.dataset.refused);
      if (!navigator.geolocation) return refused();
      navigator.geolocation.getCurrentPosition(async ({ coords }) => {
        this.put(`${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`);
        if (this.frame.hidden) await this.toggle();
        else this.look();
      }, refused, ATTEMPT);
      return undefined;
    }

    // The point as text goes into the field, as if it had been typed.
    put(text) {
      this.input.value = text;
      this.show(this.pointOf(text));
      this.input.dispatchEvent(new Event("input", { bubbles: true }));
      clearTimeout(this.later);
      this.later = setTimeout(() => this.input.dispatchEvent(new Event("change", { bubbles: true })), 300);
    }

    say(text, code = "") {
      this.says.textContent = text;
      this.takeButton.hidden = !code;
      this.takeButton.value = code;
      this.takeButton.textContent = this.part.dataset.take;
    }

    async locate() {
      this.showClear();
      this.show(this.pointOf(this.input.value));
      const asked = this.input.value;
      if (!asked.trim()) return this.say("");
      try {
        const body = new URLSearchParams({ position: asked });
        const answer = await fetch(this.part.dataset.locate, { method: "POST", headers: { "X-CSRFToken": token() }, body });
        if (!answer.ok || this.input.value !== asked) return undefined;
        this.hear(await answer.json());
      } catch {
        this.say(""); // Without an answer the commune is chosen by hand.
      }
      return undefined;
    }

    hear({ position, codes, sentence }) {
      if (position) this.input.value = position;
      this.show(this.pointOf(this.input.value));
      const [code] = codes.length === 1 ? codes : [];
      if (!code || !this.commune || this.commune.value === code) return this.say(sentence);
      if (!this.commune.value || this.commune.value === this.followed) {
        this.follow(code);
        return this.say(sentence);
      }
      return this.say(`${sentence} ${this.part.dataset.other}`, code);
    }

    follow(code) {
      this.followed = code;
      this.commune.value = code;
      this.commune.dispatchEvent(new Event("change", { bubbles: true }));
      this.takeButton.hidden = true;
    }
  }

  for (const part of document.querySelectorAll("[data-map]")) new MapField(part);
}
