// Verdicts beside the results as they are typed. Without this file the button
// "Tính kết luận" shows the same.
"use strict";

for (const form of document.querySelectorAll("form[data-sheet]")) {
  let latest = 0;
  let waiting = 0;

  const judge = async () => {
    const mine = ++latest;
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") fields.append(name, value);
    }
    fields.set("_do", "judge");
    try {
      const answer = await fetch(form.action || location.href, { method: "POST", body: fields });
      if (!answer.ok || mine !== latest) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const shown of form.querySelectorAll(".sheet-said, .sheet-verdict")) {
        const fresh = page.getElementById(shown.id);
        if (fresh) shown.replaceChildren(...fresh.childNodes);
      }
    } catch {
      // no connection: the verdicts come with the next change, or on sending
    }
  };

  form.addEventListener("change", (event) => {
    if (!event.target.name?.startsWith("rows[") && event.target.name !== "issued") return;
    clearTimeout(waiting);
    waiting = setTimeout(judge, 300);
  });
}
