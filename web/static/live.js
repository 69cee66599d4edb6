// A list of tasks asks what has come when it hears of it (channel.js), or every few seconds while nothing tells it. It
// says how many, and puts new rows in their places unless its reader is at work in the list. Without it: reload.
"use strict";

{
  const place = document.querySelector("[data-live]");
  const shown = { listed: place.querySelector("[data-live-listed]"), pressing: place.querySelector("[data-live-pressing]") };
  const button = place.querySelector("[data-live-notice]");
  const title = document.title;
  const every = Number(place.dataset.every) * 1000;
  const rest = Number(place.dataset.rest) * 1000; // While the channel tells: for what only time brings.
  const SLOWEST = 120_000;
  const HIDDEN_EVERY = 60_000; // Asked for notices, a page behind others still looks, once a minute.
  let first; // What stood in the list when the page was opened; of a list of several pages, when it first asked.
  let mark = "";
  let announced = 0;
  let wait = every;
  let told = false; // Whether the channel is open.
  let timer;
  let sound;
  let busy = false;
  let again = false;
  let waiting = false; // Rows that have come while the reader is at work in the list.

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
    if (!notices.wanted()) return;
    beep();
    notices.pop(title, sentence).catch(() => {}); // It was only a notice.
  }

  function show(news) {
    if (!first) {
      const rows = [...document.querySelectorAll("[data-row]")].map((row) => Number(row.dataset.row));
      const listed = place.dataset.whole === undefined ? news.listed : rows;
      first = { listed: new Set(listed), pressing: new Set([...news.pressing, ...news.listed]) };
    }
    const listed = isNew(news.listed, first.listed);
    const pressing = isNew(news.pressing, first.pressing).filter((id) => !listed.includes(id));
    say(shown.listed, place.dataset.news, listed.length);
    say(shown.pressing, place.dataset.pressing, pressing.length);
    const number = listed.length + pressing.length;
    document.title = number ? `(${number}) ${title}` : title;
    if (number > announced) notify((pressing.length ? shown.pressing : shown.listed).textContent);
    if (listed.length && number !== announced) waiting = true;
    announced = number;
  }

  const atWork = (list) => list.matches(":hover") || list.contains(document.activeElement);

  // In the place of the sentence that there is nothing. What can be done with several comes with the next reload.
  function emptyList() {
    const list = document.createElement("ol");
    list.className = "rows loose";
    list.dataset.liveRows = "";
    return list;
  }

  async function putRows() {
    const shownList = document.querySelector("[data-live-rows]");
    waiting = Boolean(place.dataset.rows); // Until they stand there: a server that is away is asked again.
    if (!waiting || document.hidden || (shownList && atWork(shownList))) return;
    const answer = await fetch(place.dataset.rows, { cache: "no-store" });
    if (!answer.ok) return;
    waiting = false;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const list = document.querySelector("[data-live-rows]") || emptyList();
    if (!list.isConnected) document.querySelector("[data-live-empty]")?.replaceWith(list);
    let before;
    for (const row of [...fresh.querySelectorAll("[data-row]")]) {
      const there = list.querySelector(`[data-row="${row.dataset.row}"]`);
      if (!there) {
        row.classList.add("row-new");
        if (before) before.after(row);
        else list.prepend(row);
      }
      before = there || row;
    }
  }

  function say(link, sentence, number) {
    const text = number ? sentence.replace("{num}", number) : "";
    if (link.textContent !== text) link.textContent = text;
    link.hidden = !number;
  }

  async function look() {
    if (busy) return (again = true);
    clearTimeout(timer);
    if (document.hidden && !notices.wanted()) return;
    busy = true;
    const going = await ask();
    busy = false;
    if (again && going) {
      again = false;
      return look();
    }
    const pause = told ? rest : document.hidden ? Math.max(wait, HIDDEN_EVERY) : wait;
    if (going) timer = setTimeout(look, pause);
  }

  async function ask() {
    try {
      const answer = await fetch(place.dataset.live, { cache: "no-store", headers: mark ? { "If-None-Match": mark } : {} });
      if (answer.status === 200) {
        mark = answer.headers.get("ETag");
        show(await answer.json());
      } else if (answer.status === 401) {
        say(shown.listed, place.dataset.ended, 1); // Its link leads back here by way of signing in.
        return false;
      } else if (answer.status !== 304) {
        throw new Error(String(answer.status));
      }
      if (waiting) putRows().catch(() => {}); // The next look tries again.
      wait = every;
    } catch {
      wait = Math.min(SLOWEST, wait * 2); // The server is away: ask less and less.
    }
    return true;
  }

  document.addEventListener("channel", ({ detail }) => {
    told = detail !== "closed";
    if (told) return look();
    clearTimeout(timer); // All pages hear it together; each begins to ask at a moment of its own.
    timer = setTimeout(look, every * (0.5 + Math.random()));
  });

  button.addEventListener("click", () => {
    if (!notices.wanted()) return;
    sound = new AudioContext();
    beep();
  });
  // After a reload a browser lets pages sound only once somebody has touched them.
  document.addEventListener("pointerdown", () => { if (notices.wanted() && !sound) sound = new AudioContext(); }, { once: true });
  document.addEventListener("visibilitychange", () => {
    look();
    if (waiting) putRows();
  });
  for (const left of ["pointerout", "focusout"]) {
    document.addEventListener(left, () => setTimeout(() => { if (waiting) putRows(); }));
  }
  look();
}
