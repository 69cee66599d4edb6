// Passkeys: asks the browser for one, writes its answer into the form, and sends the form.
"use strict";

const fromText = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function requestOf(options) {
  const decoded = (items) => (items ?? []).map((item) => ({ ...item, id: fromText(item.id) }));
  const request = { ...options, challenge: fromText(options.challenge) };
  if (options.user) request.user = { ...options.user, id: fromText(options.user.id) };
  if (options.excludeCredentials) request.excludeCredentials = decoded(options.excludeCredentials);
  if (options.allowCredentials) request.allowCredentials = decoded(options.allowCredentials);
  return { publicKey: request };
}

function answerOf(credential) {
  const names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const parts = names.filter((name) => credential.response[name]);
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    response: Object.fromEntries(parts.map((name) => [name, toText(credential.response[name])])),
  };
}

for (const place of window.PublicKeyCredential ? document.querySelectorAll("[data-passkey]") : []) {
  const [answer, button, fault] = ["input", "button", "p"].map((name) => place.querySelector(name));
  place.hidden = false;
  button.addEventListener("click", async () => {
    fault.hidden = true;
    try {
      const credential = await navigator.credentials[place.dataset.passkey](requestOf(JSON.parse(place.dataset.options)));
      answer.value = JSON.stringify(answerOf(credential));
      place.closest("form").submit();
    } catch {
      fault.hidden = false;
    }
  });
}
