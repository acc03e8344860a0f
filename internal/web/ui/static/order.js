// The stamp and its sheet follow what is chosen. Without this file the button
// "Vẽ lại" shows the same.
"use strict";

for (const form of document.querySelectorAll("form[data-redraw]")) {
  let latest = 0;

  form.querySelector(".noscript").hidden = true;
  form.addEventListener("change", async () => {
    const mine = ++latest;
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) fields.append(name, value);
    fields.set("_do", "look");
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields });
      if (!answer.ok || mine !== latest) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const id of ["templates", "look"]) {
        const shown = document.getElementById(id);
        const fresh = page.getElementById(id);
        const focused = shown.contains(document.activeElement) && document.activeElement.value;
        if (fresh) shown.replaceChildren(...fresh.childNodes);
        if (focused !== false) shown.querySelector(`input[value="${CSS.escape(focused)}"]`)?.focus();
      }
    } catch {
      // no connection: it is drawn with the next change
    }
  });
}
