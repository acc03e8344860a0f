// A photograph of a stamp in place of its code, where the browser reads QR
// codes by itself. Elsewhere the button stays away: the camera of the phone
// reads the stamp too, and the code can be typed.
"use strict";

(async () => {
  const box = document.querySelector("[data-camera]");
  if (!box || !("BarcodeDetector" in window)) return;
  const formats = await BarcodeDetector.getSupportedFormats();
  if (!formats.includes("qr_code")) return;

  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const input = box.querySelector("input[type=file]");
  const said = box.querySelector("[role=status]");
  const form = input.form;

  input.addEventListener("change", async () => {
    if (!input.files[0]) return;
    said.textContent = "";
    let found = [];
    try {
      found = await detector.detect(await createImageBitmap(input.files[0]));
    } catch {
      // no picture, or one that cannot be read: the same as no code in it
    }
    input.value = "";
    if (found.length === 0) {
      said.textContent = said.dataset.failed;
      return;
    }
    form.elements.q.value = found[0].rawValue;
    form.requestSubmit();
  });
  box.hidden = false;
})();
