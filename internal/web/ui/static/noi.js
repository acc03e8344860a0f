// The button with which a shopper tells roughly where a stamp was scanned. Only a
// tenth of a degree leaves the phone, and nothing before the button is pressed.
"use strict";
(() => {
  const box = document.getElementById("noi");
  if (!box || !navigator.geolocation) return;
  const button = box.querySelector("button"), said = box.querySelector("[role=status]");
  const end = (text) => { said.textContent = text; };
  const send = async ({ coords }) => {
    const cell = [coords.latitude, coords.longitude].map((d) => Math.floor(d * 10)).join(",");
    try {
      const answer = await fetch(box.dataset.to, { method: "POST", body: new URLSearchParams({ o: cell }) });
      end(answer.ok ? box.dataset.done : box.dataset.failed);
    } catch {
      end(box.dataset.failed);
    }
  };
  box.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(send, () => end(box.dataset.failed), { maximumAge: 600000, timeout: 15000 });
  });
})();
