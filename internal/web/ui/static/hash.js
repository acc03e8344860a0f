// A document is hashed in the browser, so that nothing of it has to be sent.
// Without this file, or on an insecure address, the form sends it.
"use strict";

for (const section of document.querySelectorAll("[data-hash]")) {
  const form = section.querySelector("form");
  const said = section.querySelector("[role=status]");
  if (!window.crypto?.subtle) continue;

  form.addEventListener("submit", async (event) => {
    const file = form.elements.file.files[0];
    if (!file) return; // the server says what is missing
    event.preventDefault();
    said.textContent = said.dataset.busy;
    try {
      const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
      const hex = Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join("");
      location.assign(location.pathname + "?sha256=" + hex);
    } catch {
      said.textContent = "";
      form.submit();
    }
  });
  form.elements.file.addEventListener("change", () => form.requestSubmit());
}
