// What is typed into a form with data-draft outlives a closed tab, and what was
// sent outlives a lost connection: it waits in this browser and is sent when
// the signal is back. Each form carries its own key, so that the server takes
// it once however often it arrives. Forms work without this file.
"use strict";

(() => {
  const owner = document.body.dataset.owner || "";
  const bar = document.getElementById("outbox");
  const say = (vi, en) => (document.documentElement.lang === "en" ? en : vi);
  const header = "Temgoc-Outbox"; // as desk/kit.go has it
  const day = 86400000;

  // --- what the browser keeps: drafts in localStorage, files and unsent forms
  // in IndexedDB

  let opening;
  const database = () =>
    (opening ||= new Promise((resolve, reject) => {
      const request = indexedDB.open("temgoc", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("outbox", { keyPath: "id" });
        request.result.createObjectStore("files", { keyPath: "id" });
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = request.onblocked = () => reject(request.error);
    }));

  // A browser that is short of disk or memory may leave a request without any
  // answer: it is asked once more, over a new connection.
  const patience = 10000;
  const answered = (work) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        opening = undefined;
        reject(new Error("the browser's database does not answer"));
      }, patience);
      work.then(resolve, reject).finally(() => clearTimeout(late));
    });

  const work = (store, mode, act) => answered(transact(store, mode, act)).catch(() => answered(transact(store, mode, act)));
  const transact = async (store, mode, act) => {
    const db = await database();
    return new Promise((resolve, reject) => {
      const transaction = db.transaction(store, mode);
      const request = act(transaction.objectStore(store));
      // Only a transaction that is complete is on the disk.
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  };
  const put = (store, value) => work(store, "readwrite", (s) => s.put(value));
  const get = (store, id) => work(store, "readonly", (s) => s.get(id));
  const all = (store) => work(store, "readonly", (s) => s.getAll());
  const drop = (store, id) => work(store, "readwrite", (s) => s.delete(id));

  const prefix = "temgoc:draft:";
  const nameOf = (path) => prefix + owner + ":" + path;
  const pathOf = (form) => new URL(form.getAttribute("action") || location.pathname, location.href).pathname;

  const forget = (path) => {
    localStorage.removeItem(nameOf(path));
    return drop("files", nameOf(path));
  };

  const sweep = async () => {
    const old = (at) => !(at > Date.now() - 30 * day);
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(prefix)) continue;
      try {
        if (old(JSON.parse(localStorage.getItem(key)).at)) localStorage.removeItem(key);
      } catch {
        localStorage.removeItem(key);
      }
    }
    for (const f of await all("files")) if (old(f.at)) await drop("files", f.id);
  };

  // --- drafts

  const typed = (form) => {
    const fields = [];
    for (const e of form.elements) {
      if (!e.name || ["file", "password", "submit", "button"].includes(e.type)) continue;
      if (e.type === "hidden" && e.name !== "_rev") continue;
      if (["radio", "checkbox"].includes(e.type)) fields.push([e.name, e.value, e.checked]);
      else fields.push([e.name, e.value]);
    }
    return fields;
  };

  const fill = (form, fields) => {
    const left = [...fields];
    for (const e of form.elements) {
      const choice = ["radio", "checkbox"].includes(e.type);
      const i = left.findIndex(([name, value]) => name === e.name && (!choice || value === e.value));
      if (i < 0 || e.type === "file" || e.name === "_key") continue;
      const [[, value, checked]] = left.splice(i, 1);
      if (choice) e.checked = checked;
      else e.value = value;
      const fold = e.closest("details");
      if (fold && e.type !== "hidden" && (choice ? e.checked !== e.defaultChecked : e.value !== initial(e))) fold.open = true;
    }
  };
  const initial = (e) => (e.options ? [...e.options].find((o) => o.defaultSelected)?.value ?? e.options[0]?.value : e.defaultValue);

  const time = (at) => new Date(at).toLocaleTimeString(say("vi", "en"), { hour: "2-digit", minute: "2-digit" });

  const button = (text, act, kind = "quiet") => {
    const b = document.createElement("button");
    b.type = "button";
    b.className = kind;
    b.textContent = text;
    b.addEventListener("click", act);
    return b;
  };

  const tell = (form, tone, text, ...more) => {
    form.querySelector(":scope > .told")?.remove();
    const box = document.createElement("div");
    box.className = "told notice " + tone;
    box.setAttribute("role", "status");
    const p = document.createElement("p");
    p.append(text, " ", ...more);
    box.append(p);
    form.prepend(box);
  };

  const restore = async (form) => {
    const path = pathOf(form);
    const kept = await get("files", nameOf(path));
    if (form.dataset.touched) return; // typing was faster
    for (const [name, files] of Object.entries(kept?.inputs || {})) {
      if (!form.elements[name]) continue;
      attach(form.elements[name], files);
      picture(form.elements[name]);
    }
    const draft = JSON.parse(localStorage.getItem(nameOf(path)) || "null");
    if (!draft && !kept) return;
    if (draft) fill(form, draft.fields);
    const discard = button(say("Bỏ, làm lại từ đầu", "Discard it"), async () => {
      await forget(path);
      location.reload();
    });
    tell(form, "calm", say("Đã điền lại phần bạn gõ dở lúc ", "This is what you began at ") + time((draft || kept).at) + ".", discard);
  };

  const remember = (form) => {
    localStorage.setItem(nameOf(pathOf(form)), JSON.stringify({ at: Date.now(), fields: typed(form) }));
  };

  const rememberFiles = async (form) => {
    const inputs = {};
    for (const e of form.elements) if (e.type === "file" && e.files.length) inputs[e.name] = [...e.files];
    await put("files", { id: nameOf(pathOf(form)), at: Date.now(), inputs });
  };

  // --- photos

  // A photo is made as small as the server keeps it, before a weak connection
  // has to carry it. What cannot be read here is sent as it is.
  const side = 1200;
  const shrink = async (file) => {
    if (!/^image\/(jpeg|png)$/.test(file.type) || file.size < 300000) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, side / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
      return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w*$/, "") + ".jpg", { type: "image/jpeg" }) : file;
    } catch {
      return file;
    }
  };

  const attach = (input, files) => {
    const list = new DataTransfer();
    for (const f of files) list.items.add(f);
    input.files = list.files;
    input.shots = [...files];
  };

  // picture shows what was photographed, once it is kept.
  const picture = (input) => {
    input.parentElement.querySelector(".shots")?.remove();
    const shots = document.createElement("p");
    shots.className = "shots";
    for (const file of input.files) {
      if (!file.type.startsWith("image/")) continue;
      const shot = document.createElement("img");
      shot.alt = file.name;
      shot.src = URL.createObjectURL(file);
      shot.addEventListener("load", () => URL.revokeObjectURL(shot.src));
      shots.append(shot);
    }
    if (!shots.childElementCount) return;
    shots.append(
      button(say("Bỏ ảnh", "Remove"), () => {
        attach(input, []);
        shots.remove();
        rememberFiles(input.form);
      }),
    );
    input.after(shots);
  };

  // A camera gives one picture at a time: they add up.
  const taken = async (input) => {
    const before = input.hasAttribute("capture") ? input.shots || [] : [];
    const files = [];
    for (const f of input.files) files.push(input.hasAttribute("capture") ? await shrink(f) : f);
    attach(input, [...before, ...files]);
    await rememberFiles(input.form);
    picture(input);
  };

  // --- sending

  const signal = (ms) => {
    const control = new AbortController();
    setTimeout(() => control.abort(), ms);
    return control.signal;
  };

  // send tries once: {done: address} when the server took it, {refused: page},
  // {signIn: true}, or {} when it was not reached or could not answer.
  const send = async (entry) => {
    const body = entry.multipart ? new FormData() : new URLSearchParams();
    for (const [name, value] of entry.fields) body.append(name, value);
    for (const [name, file] of entry.files) body.append(name, file, file.name);
    let answer;
    try {
      answer = await fetch(entry.url, {
        method: "POST", body, headers: { [header]: "1" }, credentials: "same-origin", redirect: "manual", signal: signal(entry.files.length ? 120000 : 30000),
      });
      if (answer.ok) {
        const to = answer.headers.get(header);
        if (to) return { done: to };
        // Half an answer is none.
        const page = await answer.text();
        return page.includes("</html>") ? { done: entry.url, page } : {};
      }
      if (answer.type === "opaqueredirect" || answer.status === 401) return { signIn: true };
      if (answer.status >= 500 || answer.status === 429 || answer.status === 408) return {};
      return { refused: new DOMParser().parseFromString(await answer.text(), "text/html") };
    } catch {
      return {};
    }
  };

  const reason = (page) => {
    const told = page.querySelector("main .notice.bad") || page.querySelector("main h1 + p, main p");
    return (told?.textContent || "").trim().replace(/\s+/g, " ").slice(0, 300);
  };

  // deliver sends an entry and keeps account of what became of it.
  const deliver = async (entry) => {
    sending = entry.id;
    render();
    const outcome = await send(entry);
    sending = "";
    if (outcome.done) {
      await drop("outbox", entry.id);
      sent.push({ title: entry.title, href: outcome.done });
    } else if (outcome.refused) {
      await put("outbox", { ...entry, state: "refused", reason: reason(outcome.refused) });
    }
    signedOut = Boolean(outcome.signIn);
    return outcome;
  };

  let sending = "";
  let signedOut = false;
  let here; // what was sent from this page and waits: the id of its entry
  const sent = [];
  let timer;
  let pause = 4000;

  const waiting = async () => (await all("outbox")).filter((e) => e.owner === owner && e.state === "waiting").sort((a, b) => a.made - b.made);

  // flush sends what waits, in order, until one cannot be sent.
  const flush = async () => {
    clearTimeout(timer);
    if (!owner || sending) return;
    for (const entry of await waiting()) {
      const outcome = await deliver(entry);
      if (outcome.done && here === entry.id) return location.assign(outcome.done);
      if (!outcome.done && !outcome.refused) {
        if (!outcome.signIn) {
          timer = setTimeout(alone, pause);
          pause = Math.min(2 * pause, 300000);
        }
        break;
      }
      pause = 4000;
    }
    await render();
  };

  // One tab sends at a time, where the browser can tell. Where it cannot, the
  // server takes what two tabs send only once.
  const alone = () =>
    navigator.locks ? navigator.locks.request("temgoc-outbox", { ifAvailable: true }, (lock) => lock && flush()) : flush();

  // --- what the page says of it

  const line = (text, ...more) => {
    const p = document.createElement("p");
    p.append(text, " ", ...more);
    return p;
  };

  const link = (text, href) => {
    const a = document.createElement("a");
    a.href = href;
    a.textContent = text;
    return a;
  };

  const discard = (entry) => {
    const ask = button(say("Xóa", "Delete"), () => {
      ask.replaceWith(
        button(say("Bấm lần nữa để xóa hẳn", "Tap again to delete for good"), async () => {
          await drop("outbox", entry.id);
          render();
        }, "danger"),
      );
    });
    return ask;
  };

  // reopen makes a draft of a form that was refused, and opens its page.
  const reopen = async (entry) => {
    const inputs = {};
    for (const [name, file] of entry.files) (inputs[name] ||= []).push(file);
    const fields = entry.fields.filter(([name]) => name !== "_key").map(([name, value]) => [name, value, true]);
    localStorage.setItem(nameOf(entry.url), JSON.stringify({ at: entry.made, fields }));
    if (entry.files.length) await put("files", { id: nameOf(entry.url), at: entry.made, inputs });
    await drop("outbox", entry.id);
    location.assign(entry.url);
  };

  const about = (entry) => {
    const what = entry.title + " (" + time(entry.made) + ")";
    if (entry.state === "refused") {
      return line(say("Chưa ghi được: ", "Not recorded: ") + what + ". " + entry.reason, button(say("Mở để sửa", "Open to correct"), () => reopen(entry)), discard(entry));
    }
    if (entry.id === sending) return line(say("Đang gửi: ", "Sending: ") + what + "…");
    return line(say("Chưa gửi: ", "Not sent yet: ") + what, discard(entry));
  };

  const render = async () => {
    const entries = await all("outbox");
    const mine = entries.filter((e) => e.owner === owner);
    const lines = owner ? mine.map(about) : [];
    for (const s of sent) lines.push(line(say("Đã gửi: ", "Sent: ") + s.title, link(say("Xem", "See"), s.href)));
    const waits = mine.some((e) => e.state === "waiting" && e.id !== sending);
    if (!owner && entries.length) {
      lines.push(line(say(`Máy này còn ${entries.length} mục chưa gửi. Hãy đăng nhập để gửi.`, `${entries.length} unsent on this device. Sign in to send.`)));
    } else if (waits && signedOut) {
      lines.unshift(line(say("Phiên làm việc đã hết. Nội dung vẫn được giữ trên máy này.", "Your session has ended. Everything is kept on this device."),
        link(say("Đăng nhập lại để gửi", "Sign in to send"), "/console/vao?tiep=" + encodeURIComponent(location.pathname))));
    } else if (waits && !sending) {
      lines.unshift(line(say("Đã giữ trên máy này, sẽ tự gửi khi có mạng.", "Kept on this device; it is sent once there is a connection."), button(say("Gửi lại ngay", "Send now"), alone)));
    }
    bar.replaceChildren(...lines);
    bar.hidden = !lines.length;
    bar.classList.toggle("good", lines.length > 0 && lines.length === sent.length);
  };

  // --- forms

  const entryOf = (form, submitter) => {
    const data = new FormData(form);
    if (submitter?.name) data.append(submitter.name, submitter.value);
    const entry = {
      id: data.get("_key"), owner, url: pathOf(form), title: form.dataset.draft, multipart: form.enctype === "multipart/form-data",
      fields: [], files: [], made: Date.now(), state: "waiting",
    };
    for (const [name, value] of data) {
      if (typeof value === "string") entry.fields.push([name, value]);
      else if (value.size) entry.files.push([name, value]);
    }
    return entry;
  };

  // refused shows the form as the server gave it back, with its files.
  const refused = async (form, page, entry) => {
    await drop("outbox", entry.id);
    const again = [...page.querySelectorAll("form[data-draft]")].find((f) => pathOf(f) === entry.url);
    if (!again) {
      remember(form);
      tell(form, "bad", reason(page));
      return form;
    }
    const fresh = document.importNode(again, true);
    form.replaceWith(fresh);
    watch(fresh);
    const inputs = {};
    for (const [name, file] of entry.files) (inputs[name] ||= []).push(file);
    for (const [name, files] of Object.entries(inputs)) {
      attach(fresh.elements[name], files);
      picture(fresh.elements[name]);
    }
    remember(fresh);
    if (entry.files.length) await rememberFiles(fresh);
    fresh.querySelector(".notice.bad")?.focus();
    fresh.scrollIntoView();
    return fresh;
  };

  // kept takes the place of a form that could not be sent now.
  const kept = (form, outcome) => {
    const box = document.createElement("div");
    box.className = "notice warn";
    box.setAttribute("role", "status");
    const where = document.createElement("div");
    where.append(
      line(outcome.signIn ? say("Phiên làm việc đã hết nên chưa gửi được.", "The session has ended, so it was not sent.") : say("Chưa có mạng nên chưa gửi được.", "There is no connection, so it was not sent.")),
      line(say("Nội dung đã được giữ trên máy này. Bạn có thể tắt trang, không mất gì; khi mở lại và có mạng, máy sẽ tự gửi.",
        "It is kept on this device. You can close this page and lose nothing; it is sent when you are back and there is a connection.")),
    );
    const back = form.querySelector("a.btn[href]");
    if (back) where.append(line("", link(say("Quay lại", "Go back"), back.href)));
    box.append(where);
    form.replaceWith(box);
  };

  const submit = async (form, submitter) => {
    await Promise.all(form.busy || []);
    const entry = entryOf(form, submitter);
    try {
      await put("outbox", entry);
    } catch {
      remember(form);
      plainly(form, submitter);
      return;
    }
    await forget(entry.url);
    const outcome = await deliver(entry);
    if (outcome.page) {
      document.body.replaceWith(new DOMParser().parseFromString(outcome.page, "text/html").body);
      return;
    }
    if (outcome.done) return location.assign(outcome.done);
    if (outcome.refused) {
      await refused(form, outcome.refused, entry);
    } else {
      here = entry.id;
      kept(form, outcome);
      if (!outcome.signIn) timer = setTimeout(alone, pause);
    }
    await render();
  };

  // plainly sends a form as without this script, in a browser that keeps
  // nothing.
  const plainly = (form, submitter) => {
    if (submitter?.name) {
      const pressed = document.createElement("input");
      pressed.type = "hidden";
      pressed.name = submitter.name;
      pressed.value = submitter.value;
      form.append(pressed);
    }
    form.submit();
  };

  const watch = (form) => {
    let later;
    const now = () => {
      if (later) remember(form);
      later = clearTimeout(later);
    };
    form.addEventListener("input", (event) => {
      form.dataset.touched = "1";
      if (event.target.type === "file") return;
      clearTimeout(later);
      later = setTimeout(now, 300);
    });
    form.addEventListener("change", (event) => {
      if (event.target.type === "file") (form.busy ||= []).push(taken(event.target).catch(() => {}));
    });
    addEventListener("pagehide", now);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      later = clearTimeout(later);
      if (form.dataset.sent) return;
      form.dataset.sent = "1";
      const pressed = event.submitter || form.querySelector("button");
      const words = pressed?.textContent;
      if (pressed) pressed.textContent = say("Đang gửi…", "Sending…");
      submit(form, event.submitter).finally(() => {
        delete form.dataset.sent;
        if (pressed) pressed.textContent = words;
      });
    });
  };

  const begin = async () => {
    const forms = owner ? [...document.querySelectorAll("form[data-draft]")] : [];
    forms.forEach(watch);
    try {
      await sweep();
      for (const form of forms) {
        if (!form.querySelector(".notice.bad")) await restore(form);
        form.dataset.kept = "1";
      }
    } catch {
      return; // a browser that keeps nothing sends forms as it always did
    }
    if (owner) {
      addEventListener("online", alone);
      document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && alone());
    }
    await render();
    await alone();
  };

  begin();
})();
