// Asks this browser's push service to carry notices of urgent work while no page is open. Who has asked for them once is
// told again after each signing in, they alone: what the server keeps of it ends with the session.
"use strict";

{
  const place = document.querySelector("[data-push]");
  const button = place.querySelector("button");
  const WANTS = `push-notices-${place.dataset.person}`;
  const ASKED = "push-session"; // For which session the server was asked last.
  let told = place.dataset.told === "yes";

  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  async function send(address, fields) {
    const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
    const answer = await fetch(address, { method: "POST", headers, body: new URLSearchParams(fields) });
    if (!answer.ok) throw new Error(answer.status === 422 ? await answer.text() : "");
  }

  async function subscribe() {
    const worker = await navigator.serviceWorker.register(place.dataset.worker);
    await worker.update().catch(() => {});
    const options = { userVisibleOnly: true, applicationServerKey: bytes(place.dataset.push) };
    const before = await worker.pushManager.getSubscription();
    if (before && text(before.options.applicationServerKey) !== place.dataset.push) await before.unsubscribe();
    const made = await worker.pushManager.subscribe(options);
    const fields = { endpoint: made.endpoint, point: text(made.getKey("p256dh")), secret: text(made.getKey("auth")) };
    await send(place.dataset.subscribe, fields);
    localStorage.setItem(ASKED, place.dataset.session);
  }

  async function unsubscribe() {
    await send(place.dataset.end, {});
    for (const worker of await navigator.serviceWorker.getRegistrations()) {
      await (await worker.pushManager.getSubscription())?.unsubscribe();
    }
  }

  function label() {
    if (told !== (button.getAttribute("aria-pressed") === "true")) {
      [button.textContent, button.dataset.off] = [button.dataset.off, button.textContent];
    }
    button.setAttribute("aria-pressed", String(told));
    button.hidden = false;
  }

  const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  if (able && button) {
    const status = place.querySelector("[role=status]");
    label();
    button.addEventListener("click", async () => {
      status.textContent = "";
      try {
        if (!told && (await Notification.requestPermission()) !== "granted") throw new Error("");
        await (told ? unsubscribe() : subscribe());
        told = !told;
        localStorage.setItem(WANTS, told ? "on" : "off");
      } catch (error) {
        status.textContent = (error instanceof DOMException ? "" : error.message) || place.dataset.refused;
      }
      label();
    });
  } else if (able && localStorage.getItem(WANTS) === "on" && localStorage.getItem(ASKED) !== place.dataset.session) {
    if (Notification.permission === "granted") subscribe().catch(() => {}); // The account's page says what is wrong.
  }
}
