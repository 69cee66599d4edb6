// Files of a form: pictures are made smaller here and sent one by one as soon as they are chosen, so that any number goes
// up and none is lost. Whatever cannot be sent alone stays in its box and goes with the form.
"use strict";

{
  const LONGEST = 2048;
  const SMALL = 600 * 1024; // Bytes up to which a picture that is not too wide is sent as it is.
  const token = () => document.querySelector("meta[name=csrf-token]").content;

  // A picture of at most 2048 points as JPEG; the file itself where the browser cannot read it.
  async function shrink(file) {
    if (!file.type.startsWith("image/")) return file;
    try {
      const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
      if (scale === 1 && file.size <= SMALL) return file;
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(bitmap.width * scale);
      canvas.height = Math.round(bitmap.height * scale);
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      bitmap.close();
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" }) : file;
    } catch {
      return file;
    }
  }

  class FileField {
    constructor(part) {
      this.part = part;
      this.form = part.closest("form");
      this.list = part.querySelector("[data-chosen]");
      this.state = part.querySelector("[data-file-state]");
      this.inputs = [...part.querySelectorAll("input[type=file]")];
      this.work = Promise.resolve();
      this.waiting = 0;
      for (const item of this.list.children) this.offerRemoval(item);
      for (const input of this.inputs) input.addEventListener("change", () => this.take(input));
    }

    take(input) {
      const files = [...input.files];
      input.value = "";
      const room = Number(this.part.dataset.most) - this.list.children.length;
      this.say(files.length > room ? this.part.dataset.many : "");
      for (const file of files.slice(0, Math.max(0, room))) {
        const item = this.show(file.name, URL.createObjectURL(file), file.type.startsWith("image/"));
        this.waiting += 1;
        this.work = this.work.then(() => this.send(file, item, input)).finally(() => { this.waiting -= 1; });
      }
    }

    say(text) {
      this.state.textContent = text;
    }

    show(name, preview, isPicture) {
      const item = document.createElement("li");
      const picture = document.createElement(isPicture ? "img" : "i");
      if (isPicture) Object.assign(picture, { src: preview, alt: "", width: 72, height: 72 });
      else picture.className = "bi bi-file-earmark";
      const title = document.createElement("span");
      title.className = "chosen-name";
      title.textContent = name;
      const note = document.createElement("span");
      note.className = "hint";
      note.textContent = this.part.dataset.sending;
      item.append(picture, title, note);
      this.list.append(item);
      return item;
    }

    async send(file, item, input) {
      const note = item.querySelector(".hint");
      const data = new FormData();
      const small = await shrink(file);
      data.set("form_token", this.form.elements.form_token.value);
      data.set("field", this.list.dataset.chosen);
      data.set("file", small, small.name);
      try {
        const answer = await fetch(this.part.dataset.keep, { method: "POST", headers: { "X-CSRFToken": token() }, body: data });
        const told = await answer.json();
        if (told.fault) {
          item.remove();
          this.say(told.fault);
          return;
        }
        item.dataset.number = told.number;
        item.querySelector(".chosen-name").textContent = told.name;
        note.textContent = `${Math.ceil(told.size / 1024)} KB · ${this.part.dataset.kept}`;
        if (told.preview && item.querySelector("img")) item.querySelector("img").src = told.preview;
        this.offerRemoval(item);
        this.form.dispatchEvent(new Event("input", { bubbles: true }));
      } catch {
        this.keepInBox(small, input);
        note.textContent = this.part.dataset.failed;
      }
    }

    // A file that did not go up stays chosen, as if there were no script.
    keepInBox(file, input) {
      const box = new DataTransfer();
      for (const other of input.files) box.items.add(other);
      box.items.add(file);
      input.files = box.files;
    }

    offerRemoval(item) {
      item.querySelector(".chosen-drop")?.remove();
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-outline-secondary btn-sm";
      button.textContent = this.part.dataset.remove;
      button.addEventListener("click", async () => {
        const data = new FormData();
        data.set("form_token", this.form.elements.form_token.value);
        data.set("number", item.dataset.number);
        const answer = await fetch(this.part.dataset.drop, { method: "POST", headers: { "X-CSRFToken": token() }, body: data }).catch(() => null);
        if (!answer?.ok) return;
        item.remove();
        this.inputs[0].focus();
        this.form.dispatchEvent(new Event("input", { bubbles: true }));
      });
      item.append(button);
    }
  }

  const fields = [...document.querySelectorAll("[data-files]")].map((part) => new FileField(part));
  for (const form of new Set(fields.map((field) => field.form))) {
    // Sending waits for the files on their way.
    form.addEventListener("submit", async (event) => {
      const busy = fields.filter((field) => field.form === form && field.waiting > 0);
      if (!busy.length) return;
      event.preventDefault();
      event.stopPropagation();
      const submitter = event.submitter;
      await Promise.all(busy.map((field) => field.work));
      form.requestSubmit(submitter);
    });
  }
}
