// The service worker that shows notices of urgent work while no page is open. It does nothing else, and answers for no page.
"use strict";

addEventListener("push", (event) => {
  const message = event.data.json();
  event.waitUntil(
    (async () => {
      const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
      if (pages.some((page) => page.visibilityState === "visible")) return; // An open page tells by itself.
      await registration.showNotification(message.title, { body: message.body, tag: "urgent", renotify: true, data: message.page });
    })(),
  );
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    (async () => {
      const address = event.notification.data || "/inbox";
      const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
      const list = pages.find((page) => new URL(page.url).pathname === "/inbox");
      return list ? list.focus() : clients.openWindow(address);
    })(),
  );
});
