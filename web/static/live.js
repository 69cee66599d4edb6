// A list of tasks asks every few seconds what has come; it says so and changes nothing by itself. Without it: reload.
"use strict";

{
  const place = document.querySelector("[data-live]");
  const shown = { listed: place.querySelector("[data-live-listed]"), pressing: place.querySelector("[data-live-pressing]") };
  const button = place.querySelector("[data-live-notice]");
  const title = document.title;
  const every = Number(place.dataset.every) * 1000;
  const SLOWEST = 120_000;
  const HIDDEN_EVERY = 60_000; // Asked for notices, a page behind others still looks, once a minute.
  const KEY = "live-notices";
  let first; // What stood in the list when the page was opened.
  let mark = "";
  let announced = 0;
  let wait = every;
  let timer;
  let sound;

  const notices = () => localStorage.getItem(KEY) === "on";
  const isNew = (ids, before) => ids.filter((id) => !before.has(id) && (before.size < 200 || id > Math.min(...before)));

  function beep() {
    if (!sound || sound.state !== "running") return;
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    volume.gain.value = 0.1;
    tone.frequency.value = 880;
    tone.connect(volume).connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + 0.2);
  }

  function notify(sentence) {
    if (!notices()) return;
    beep();
    if (window.Notification?.permission === "granted") new Notification(title, { body: sentence, tag: "live" });
  }

  function show(news) {
    if (!first) {
      first = { listed: new Set(news.listed), pressing: new Set([...news.pressing, ...news.listed]) };
      return;
    }
    const listed = isNew(news.listed, first.listed);
    const pressing = isNew(news.pressing, first.pressing).filter((id) => !listed.includes(id));
    say(shown.listed, place.dataset.news, listed.length);
    say(shown.pressing, place.dataset.pressing, pressing.length);
    const number = listed.length + pressing.length;
    document.title = number ? `(${number}) ${title}` : title;
    if (number > announced) notify((pressing.length ? shown.pressing : shown.listed).textContent);
    announced = number;
  }

  function say(link, sentence, number) {
    const text = number ? sentence.replace("{num}", number) : "";
    if (link.textContent !== text) link.textContent = text;
    link.hidden = !number;
  }

  async function look() {
    clearTimeout(timer);
    if (document.hidden && !notices()) return;
    try {
      const answer = await fetch(place.dataset.live, { cache: "no-store", headers: mark ? { "If-None-Match": mark } : {} });
      if (answer.status === 200) {
        mark = answer.headers.get("ETag");
        show(await answer.json());
      } else if (answer.status === 401) {
        return say(shown.listed, place.dataset.ended, 1); // Its link leads back here by way of signing in.
      } else if (answer.status !== 304) {
        throw new Error(String(answer.status));
      }
      wait = every;
    } catch {
      wait = Math.min(SLOWEST, wait * 2); // The server is away: ask less and less.
    }
    timer = setTimeout(look, document.hidden ? Math.max(wait, HIDDEN_EVERY) : wait);
  }

  function label() {
    const other = button.dataset.off;
    if (notices() !== (button.getAttribute("aria-pressed") === "true")) {
      button.dataset.off = button.textContent;
      button.textContent = other;
    }
    button.setAttribute("aria-pressed", String(notices()));
  }

  button.addEventListener("click", async () => {
    localStorage.setItem(KEY, notices() ? "off" : "on");
    label();
    if (!notices()) return;
    sound = new AudioContext();
    beep();
    if (window.Notification?.permission === "default") await Notification.requestPermission();
  });
  // After a reload a browser lets pages sound only once somebody has touched them.
  document.addEventListener("pointerdown", () => { if (notices() && !sound) sound = new AudioContext(); }, { once: true });
  document.addEventListener("visibilitychange", look);
  button.hidden = false;
  label();
  look();
}
