// House numbers that begin with what is typed, for provinces that have brought them: one that is chosen brings its point.
"use strict";

{
  const PAUSE = 180, SHORTEST = 2; // Milliseconds without a key before the server is asked; letters before it is worth it.
  const token = () => document.querySelector("meta[name=csrf-token]").content;
  const changed = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));

  class AddressField {
    constructor(part) {
      this.part = part;
      this.input = document.getElementById(part.dataset.field);
      this.list = part.querySelector("ul");
      this.offers = [];
      this.list.id = `${this.input.id}-list`;
      const attributes = { role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": this.list.id };
      for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
      this.input.addEventListener("input", (event) => event.isTrusted && this.wait());
      this.input.addEventListener("keydown", (event) => this.key(event));
      this.input.addEventListener("blur", () => this.fold());
      this.list.addEventListener("mousedown", (event) => {
        event.preventDefault();
        const item = /** @type {Element} */ (event.target).closest("[role=option]");
        if (item) this.choose(this.offers[[...this.list.children].indexOf(item)]);
      });
    }

    field(name) {
      return this.input.form.querySelector(`[name="${name}"]`);
    }

    wait() {
      clearTimeout(this.later);
      this.later = setTimeout(() => this.ask(), PAUSE);
    }

    async ask() {
      const asked = this.input.value;
      if (asked.trim().length < SHORTEST) return this.fold();
      try {
        const body = new URLSearchParams({ text: asked, place: this.field("place")?.value ?? "" });
        const answer = await fetch(this.part.dataset.addresses, { method: "POST", headers: { "X-CSRFToken": token() }, body });
        if (!answer.ok || this.input.value !== asked || document.activeElement !== this.input) return undefined;
        this.show((await answer.json()).offers);
      } catch {
        this.fold(); // Without an answer the address is typed, as ever.
      }
      return undefined;
    }

    show(offers) {
      this.offers = offers;
      this.list.replaceChildren(...offers.map((offer, index) => this.item(offer, index)));
      this.list.hidden = offers.length === 0;
      this.input.setAttribute("aria-expanded", String(offers.length > 0));
      this.mark(-1);
    }

    item(offer, index) {
      const item = document.createElement("li");
      item.id = `${this.list.id}-${index}`;
      item.setAttribute("role", "option");
      item.textContent = offer.text;
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
      if (this.list.hidden) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) this.mark(Math.max(0, Math.min(this.offers.length - 1, this.marked + step)));
      else if (event.key === "Enter" && this.marked >= 0) this.choose(this.offers[this.marked]);
      else if (event.key === "Escape") this.fold();
      else return;
      event.preventDefault();
    }

    fold() {
      clearTimeout(this.later);
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.input.setAttribute("aria-activedescendant", "");
    }

    choose(offer) {
      this.fold();
      this.input.value = offer.text;
      this.input.dispatchEvent(new Event("input", { bubbles: true }));
      const position = this.field("position"), place = this.field("place");
      if (place && offer.place) {
        place.value = offer.place;
        changed(place);
      }
      if (position) {
        position.value = offer.position;
        changed(position);
      }
    }
  }

  for (const part of document.querySelectorAll("[data-addresses]")) new AddressField(part);
}
