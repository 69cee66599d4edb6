// Who else works on the same base: said above the drawing, more clearly when it is the same file.
const EVERY = 30_000;

export default class Others {
  constructor(api, root) {
    this.api = api;
    this.place = root.querySelector("[data-others]");
    this.found = [];
    this.path = "";
    this.ask();
    setInterval(() => document.hidden || this.ask(), EVERY);
  }

  async ask() {
    this.found = await this.api.others().catch(() => this.found);
    this.draw();
  }

  // The file that is open now.
  at(path) {
    this.path = path;
    this.draw();
  }

  draw() {
    this.place.hidden = !this.found.length;
    this.place.textContent = this.found.map(({ who, paths }) => sentence(who, paths, this.path)).join(" ");
    this.place.classList.toggle(
      "same-file",
      this.found.some(({ paths }) => paths.includes(this.path)),
    );
  }
}

function sentence(who, paths, path) {
  if (paths.includes(path))
    return `${who} cũng đang sửa tệp này trong bản nháp khác; hãy trao đổi trước khi đưa vào chạy.`;
  const names = paths.map((one) => one.split("/").at(-1)).join(", ");
  return names ? `${who} đang sửa ${names} trong bản nháp khác.` : `${who} đang có một bản nháp khác.`;
}
