// The communes of a province as soon as it is chosen. Without this file the
// button of the form shows the same.
"use strict";

for (const province of document.querySelectorAll("select[name=province]")) {
  const form = province.form;
  const commune = form.querySelector("select[name='address.commune']");
  let latest = 0;

  form.querySelector("button[name=_do][value=province]")?.remove();
  province.addEventListener("change", async () => {
    const mine = ++latest;
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") fields.append(name, value);
    }
    fields.set("_do", "province");
    try {
      const answer = await fetch(form.action || location.href, { method: "POST", body: fields });
      if (!answer.ok || mine !== latest) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(commune.id);
      if (fresh) commune.replaceChildren(...fresh.childNodes);
    } catch {
      // no connection: the button shows the communes, or sending asks for one
    }
  });
}
