// One page of a browser keeps a connection open for all of them, over which they hear that something has come
// (server-sent events): browsers hold six connections to a site. What has come each page asks for itself. The pages that
// listen hear "open", "closed" and each kind of event as the detail of an event "channel" of their document.
"use strict";

{
  const address = document.currentScript.dataset.channel;
  const SILENCE = 60_000; // The server beats every 25 seconds.
  const AGAIN = 120_000; // After the server had no room, or keeps no connections.
  const NAME = "tongdai-channel";
  const pages = new BroadcastChannel(NAME);
  let open = false;
  let holding = false;
  let silence;

  function turn(now) {
    clearTimeout(silence);
    if (now) silence = setTimeout(() => turn(false), SILENCE);
    if (now === open) return;
    open = now;
    document.dispatchEvent(new CustomEvent("channel", { detail: open ? "open" : "closed" }));
  }

  function hear(kind) {
    if (kind === "beat" || kind === "closed") turn(kind === "beat");
    else document.dispatchEvent(new CustomEvent("channel", { detail: kind }));
  }

  function tell(kind) {
    pages.postMessage(kind);
    hear(kind);
  }

  function hold() {
    const stream = new EventSource(address);
    holding = true;
    stream.addEventListener("message", ({ data }) => tell(data));
    stream.addEventListener("error", () => {
      tell("closed");
      if (stream.readyState === EventSource.CLOSED) setTimeout(hold, AGAIN); // Otherwise it comes back by itself.
    });
  }

  pages.addEventListener("message", ({ data }) => {
    if (data !== "ask") hear(data);
    else if (holding && open) pages.postMessage("beat");
  });
  // Without locks, as on a site without HTTPS, pages ask by themselves.
  navigator.locks?.request(NAME, () => new Promise(hold));
  pages.postMessage("ask");
}
