// The stamp is drawn again while its template is typed. Without this file the
// button "Xem thử" shows the same.
"use strict";

for (const form of document.querySelectorAll("form[data-studio]")) {
  let latest = 0;
  let waiting = 0;

  const draw = async () => {
    const mine = ++latest;
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") fields.append(name, value);
    }
    fields.set("_do", "preview");
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields });
      if (mine !== latest) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("drawn");
      if (fresh) document.getElementById("drawn").replaceChildren(...fresh.childNodes);
    } catch {
      // no connection: the picture comes with the next change, or on sending
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 400);
  });
}
