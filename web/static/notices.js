// Whether this browser tells of new work by a sound and a notice of its own, while a list is open (live.js).
"use strict";

const notices = (() => {
  const KEY = "live-notices";
  const buttons = document.querySelectorAll("[data-live-notice]");
  const wanted = () => localStorage.getItem(KEY) === "on";

  function label(button) {
    const other = button.dataset.off;
    if (wanted() !== (button.getAttribute("aria-pressed") === "true")) {
      button.dataset.off = button.textContent;
      button.textContent = other;
    }
    button.setAttribute("aria-pressed", String(wanted()));
    button.hidden = false;
  }

  for (const button of buttons) {
    button.addEventListener("click", async () => {
      localStorage.setItem(KEY, wanted() ? "off" : "on");
      label(button);
      if (wanted() && window.Notification?.permission === "default") await Notification.requestPermission();
    });
    label(button);
  }

  // On telephones only a service worker may show a notice; elsewhere the page may.
  async function pop(title, sentence) {
    if (window.Notification?.permission !== "granted") return;
    const more = { body: sentence, tag: "urgent" };
    const worker = (await navigator.serviceWorker?.getRegistrations())?.find((one) => one.scope.endsWith("/static/"));
    if (worker) await worker.showNotification(title, more);
    else new Notification(title, more);
  }

  return { wanted, pop };
})();
