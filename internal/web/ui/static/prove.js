// The button of the page with the evidence: fetches the evidence, computes every
// fingerprint again and checks each entry against the signed log, see proof.js.
// The key and the size of the log are kept in this browser, so that another key
// or a shorter log is noticed the next time.
"use strict";

for (const box of document.querySelectorAll("[data-prove]")) {
  const button = box.querySelector("button");
  const status = box.querySelector("[role=status]");
  const words = JSON.parse(box.dataset.words);
  const kept = "temgoc:log:";

  const say = (tone, text, values = {}) => {
    status.className = tone;
    status.textContent = text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };

  const hex = (bytes) => Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, "0")).join("");
  const fingerprint = async (text) => hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));

  const receiptOf = (statement, checkpoint) =>
    ["c2sp.org/tlog-proof@v1", "index " + statement.index, ...statement.proof, "", checkpoint].join("\n");

  // check tells what is wrong with a statement: nothing, "content", or what
  // temgocProof says.
  const check = async (statement, evidence, policy) => {
    if ((await fingerprint(statement.public)) !== JSON.parse(statement.entry).pub) return { why: "content" };
    return temgocProof.verify(receiptOf(statement, evidence.checkpoint), statement.entry, policy);
  };

  // before is what this browser saw of the log last time.
  const before = (origin) => {
    try {
      return JSON.parse(localStorage.getItem(kept + origin));
    } catch {
      return null;
    }
  };
  const keep = (origin, seen) => {
    try {
      localStorage.setItem(kept + origin, JSON.stringify(seen));
    } catch {
      // a browser that keeps nothing compares nothing
    }
  };

  // sizeNow is the size of the log. A page may be older than the log, and one of
  // several servers a few seconds behind the others: it is given time to catch up.
  const sizeNow = async (expected) => {
    for (let tries = 0; ; tries++) {
      const answer = await fetch("/log/checkpoint", { cache: "no-store", credentials: "omit" });
      if (!answer.ok) throw new Error("no checkpoint");
      const size = Number((await answer.text()).split("\n")[1]);
      if (size >= expected || tries === 2) return size;
      await new Promise((later) => setTimeout(later, 5000));
    }
  };

  const run = async () => {
    if (!globalThis.crypto?.subtle) return say("u", words.cannot);
    const answer = await fetch(box.dataset.prove, { cache: "no-store", credentials: "omit" });
    if (!answer.ok) return say("f", words.none);
    const evidence = await answer.json();
    const policy = "log " + evidence.log.vkey + "\nquorum none\n";
    let size = 0, unsigned = false;
    for (const statement of evidence.statements) {
      const found = await check(statement, evidence, policy);
      const leaf = document.querySelector('[data-leaf="' + JSON.parse(statement.entry).pub + '"]');
      if (!found.ok && !found.partial) return say("f", words.bad, { index: statement.index });
      if (!leaf) return say("f", words.other, { index: statement.index });
      leaf.querySelector("h3").textContent = "✓ " + leaf.querySelector("h3").textContent.replace(/^✓ /, "");
      size = found.size;
      unsigned ||= found.partial;
    }
    const last = before(evidence.log.origin);
    const now = await sizeNow(last?.size ?? 0);
    const values = { n: evidence.statements.length, size: size.toLocaleString(document.documentElement.lang) };
    if (last && last.vkey !== evidence.log.vkey) return say("f", words.key);
    if (last && last.size > now) return say("f", words.shorter, { size: last.size });
    keep(evidence.log.origin, { vkey: evidence.log.vkey, size: Math.max(now, size) });
    say(unsigned ? "u" : "p", unsigned ? words.unsigned : words.good, values);
  };

  button.addEventListener("click", async () => {
    button.disabled = true;
    say("", words.busy);
    try {
      await run();
    } catch {
      say("u", words.failed);
    } finally {
      button.disabled = false;
    }
  });
  box.hidden = false;
}
