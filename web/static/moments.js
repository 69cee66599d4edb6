// A button beside each moment fills in now, by the server's clock; without a script there is none.
"use strict";

const serverTime = document.querySelector("meta[name=server-time]")?.content;
const loadedAt = (serverTime ? new Date(serverTime).getTime() : Date.now()) - performance.now();

function momentNow(pattern) {
  /** @type {Intl.DateTimeFormatOptions} */
  const options = { timeZone: "Asia/Ho_Chi_Minh", hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
  const parts = new Intl.DateTimeFormat("en-GB", options).formatToParts(new Date(loadedAt + performance.now()));
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  const texts = { dd: part.day, MM: part.month, yyyy: part.year, HH: part.hour, mm: part.minute };
  return pattern.replace(/dd|MM|yyyy|HH|mm/g, (name) => texts[name]);
}

for (const button of document.querySelectorAll("[data-now]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const input = button.parentElement.querySelector("input");
    input.value = momentNow(button.dataset.now);
    for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, { bubbles: true }));
    input.focus();
  });
}
