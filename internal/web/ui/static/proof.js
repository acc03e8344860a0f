// Checks on the reader's own device that an entry is in the log: the same
// verdict as the packages internal/proof/receipt and policy, in which each text
// has one form and any changed character is refused.
//
//   temgocProof.verify(receipt, entry, policy) -> Promise of
//     { ok, why, partial, origin, index, size, time, witnesses, unknown }
//
// receipt is a C2SP tlog-proof and policy a C2SP tlog-policy; all three are text
// or bytes. why is empty when all holds, else one of
//   "policy"        the policy cannot be read
//   "malformed"     no receipt, or not in its one form
//   "untrusted"     no log of the policy signed it, or a signature is wrong
//   "not-included"  the entry is not in the log at that place
//   "quorum"        all holds but the number of witnesses
//   "no-ed25519"    this browser cannot check signatures. With partial set, the
//                   entry belongs to the checkpoint; who signed that is not known
//   "no-crypto"     this browser, or an insecure address, lets nothing be checked
// witnesses are those whose cosignature was checked, with their time; time is
// the latest of those, all in milliseconds since 1970.
"use strict";

globalThis.temgocProof = (() => {
  const maxCheckpoint = 1 << 16;
  const maxReceipt = maxCheckpoint + (1 << 17);
  const maxPolicy = 1 << 16;
  const maxLeaves = BigInt(Number.MAX_SAFE_INTEGER);
  const maxNumber = 2n ** 63n - 1n;
  const header = "c2sp.org/tlog-proof@v1";
  const log = 1, witness = 4; // algorithms of keys

  class Refused extends Error {}
  const refuse = (why) => { throw new Refused(why); };

  // bytesOf and textOf go between text and UTF-8, and refuse what is neither.
  const textOf = (bytes, why) => {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return refuse(why);
    }
  };
  const bytesOf = (value, why) => {
    if (value instanceof Uint8Array) return value;
    const bytes = new TextEncoder().encode(value);
    return textOf(bytes, why) === value ? bytes : refuse(why);
  };

  const joined = (...parts) => {
    const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
    let at = 0;
    for (const p of parts) {
      all.set(p, at);
      at += p.length;
    }
    return all;
  };
  const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
  const utf8 = (text) => new TextEncoder().encode(text);
  const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));

  // base64 reads the one form of base64, or gives null.
  const base64 = (text) => {
    if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
    const binary = atob(text);
    return btoa(binary) === text ? Uint8Array.from(binary, (c) => c.charCodeAt(0)) : null;
  };
  const hashOf = (line) => {
    const bytes = base64(line);
    return bytes?.length === 32 ? bytes : refuse("malformed");
  };
  const numberOf = (text) => {
    if (!/^(0|[1-9][0-9]{0,18})$/.test(text)) refuse("malformed");
    const n = BigInt(text);
    return n > maxNumber ? refuse("malformed") : n;
  };

  // parseReceipt takes a receipt apart; its checkpoint is read by openCheckpoint.
  const parseReceipt = (value) => {
    const bytes = bytesOf(value, "malformed");
    if (bytes.length > maxReceipt) refuse("malformed");
    const text = textOf(bytes, "malformed");
    const end = text.indexOf("\n\n");
    if (end < 0) refuse("malformed");
    const lines = text.slice(0, end).split("\n");
    if (lines.shift() !== header) refuse("malformed");
    let extra = null;
    if (lines[0]?.startsWith("extra ")) {
      extra = base64(lines.shift().slice("extra ".length));
      if (!extra?.length) refuse("malformed");
    }
    if (!lines[0]?.startsWith("index ")) refuse("malformed");
    const index = numberOf(lines.shift().slice("index ".length));
    if (lines.length > 63) refuse("malformed");
    return { extra, index, path: lines.map(hashOf), checkpoint: text.slice(end + 2) };
  };

  // parseHead reads what the log signed.
  const parseHead = (body) => {
    const lines = body.split("\n");
    if (lines.length < 4 || lines.pop() !== "" || lines.slice(3).includes("") || lines[0] === "") refuse("malformed");
    const size = numberOf(lines[1]);
    if (size > maxLeaves) refuse("malformed");
    return { origin: lines[0], size, root: hashOf(lines[2]) };
  };

  const validName = (name) => name !== "" && !/[\p{White_Space}+]/u.test(name);

  // parseKey reads a vkey: name+hash+base64 of an algorithm and 32 bytes.
  const parseKey = async (vkey, algorithm) => {
    const [name, id, ...rest] = vkey.split("+");
    const raw = base64(rest.join("+"));
    if (!validName(name) || !/^[0-9a-f]{8}$/.test(id ?? "") || raw?.length !== 33 || raw[0] !== algorithm) refuse("policy");
    const sum = await sha256(utf8(name + "\n"), raw);
    const hex = Array.from(sum.slice(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex === id ? { name, id, algorithm, public: raw.slice(1) } : refuse("policy");
  };

  // parsePolicy reads who is to be believed.
  const parsePolicy = async (value) => {
    const bytes = bytesOf(value, "policy");
    const text = textOf(bytes, "policy");
    if (bytes.length > maxPolicy || !text.endsWith("\n")) refuse("policy");
    const policy = { keys: [], groups: new Map(), quorum: null };
    const defined = new Set(["none"]), used = new Set(["none"]);
    const define = (name) => (defined.has(name) ? refuse("policy") : defined.add(name));
    const addKey = (key) => {
      if (policy.keys.some((k) => k.algorithm === key.algorithm && same(k.public, key.public))) refuse("policy");
      if (policy.keys.some((k) => k.name === key.name && k.id === key.id)) refuse("policy");
      policy.keys.push(key);
    };
    for (const line of text.slice(0, -1).split("\n")) {
      if (/[\x00-\x08\x0a-\x1f\x7f]/.test(line)) refuse("policy");
      const [keyword, ...words] = line.split(/[ \t]+/).filter((word) => word !== "");
      if (keyword === undefined || keyword.startsWith("#")) continue;
      if (keyword === "log" && (words.length === 1 || words.length === 2)) {
        addKey(await parseKey(words[0], log));
      } else if (keyword === "witness" && (words.length === 2 || words.length === 3)) {
        addKey({ ...(await parseKey(words[1], witness)), called: words[0] });
        define(words[0]);
      } else if (keyword === "group" && words.length > 2) {
        const [name, rule, ...members] = words;
        for (const m of members) {
          if (m === "none" || !defined.has(m) || used.has(m)) refuse("policy");
          used.add(m);
        }
        const need = rule === "all" ? members.length : rule === "any" ? 1 : /^[1-9][0-9]{0,8}$/.test(rule) ? Number(rule) : 0;
        if (need < 1 || need > members.length) refuse("policy");
        define(name);
        policy.groups.set(name, { need, members });
      } else if (keyword === "quorum" && words.length === 1 && policy.quorum === null && defined.has(words[0])) {
        policy.quorum = words[0];
      } else {
        refuse("policy");
      }
    }
    return policy.quorum === null ? refuse("policy") : policy;
  };

  const met = (policy, name, cosigned) => {
    const group = policy.groups.get(name);
    if (!group) return cosigned.has(name);
    return group.members.filter((m) => met(policy, m, cosigned)).length >= group.need;
  };

  // hasEd25519 tells whether this browser checks such signatures at all.
  const hasEd25519 = async () => {
    try {
      const basePoint = new Uint8Array(32).fill(0x66);
      basePoint[0] = 0x58;
      await crypto.subtle.importKey("raw", basePoint, "Ed25519", false, ["verify"]);
      return true;
    } catch {
      return false;
    }
  };
  const verifySignature = async (key, signature, message) => {
    try {
      const k = await crypto.subtle.importKey("raw", key.public, "Ed25519", false, ["verify"]);
      return await crypto.subtle.verify("Ed25519", k, signature, message);
    } catch {
      return false; // no key at all, or no signature
    }
  };

  // cosignatureTime is when a cosignature says that it was made, in seconds.
  const cosignatureTime = (signature) => {
    if (signature.length !== 72) return null;
    const seconds = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
    return seconds > maxNumber ? null : seconds;
  };
  const verifyBy = async (key, signature, body) => {
    if (key.algorithm === log) return verifySignature(key, signature, utf8(body));
    const seconds = cosignatureTime(signature);
    if (seconds === null) return false;
    return verifySignature(key, signature.slice(8), utf8(`cosignature/v1\ntime ${seconds}\n${body}`));
  };

  // signaturesOf reads the lines below a checkpoint, each in its one form.
  const signaturesOf = (block) => {
    const seen = new Set();
    const lines = block.split("\n");
    if (lines.pop() !== "" || lines.length === 0 || lines.length > 100) refuse("malformed");
    return lines.map((line) => {
      const [dash, name, text, ...more] = line.split(" ");
      const raw = base64(text ?? "");
      if (dash !== "\u2014" || !validName(name ?? "") || !(raw?.length >= 5) || more.length > 0) refuse("malformed");
      const id = Array.from(raw.slice(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join("");
      if (seen.has(`${name} ${id}`)) refuse("malformed");
      seen.add(`${name} ${id}`);
      return { name, id, signature: raw.slice(4) };
    });
  };

  // openCheckpoint reads a signed checkpoint and checks who signed it. Without
  // checkSignatures it looks only for the names.
  const openCheckpoint = async (text, policy, checkSignatures) => {
    if (utf8(text).length > maxCheckpoint || /[\x00-\x09\x0b-\x1f]/.test(text)) refuse("malformed");
    const split = text.lastIndexOf("\n\n");
    if (split < 0) refuse("malformed");
    const body = text.slice(0, split + 1);
    const head = parseHead(body);
    const witnesses = [];
    let signedByLog = false, unknown = 0;
    for (const s of signaturesOf(text.slice(split + 2))) {
      const key = policy.keys.find((k) => k.name === s.name && k.id === s.id);
      if (!key) {
        unknown++;
        continue;
      }
      if (checkSignatures && !(await verifyBy(key, s.signature, body))) refuse("untrusted");
      if (key.algorithm === log) signedByLog ||= key.name === head.origin;
      else if (checkSignatures) witnesses.push({ name: key.called, key: key.name, time: Number(cosignatureTime(s.signature)) * 1000 });
    }
    if (!signedByLog) refuse("untrusted");
    const cosigned = new Set(witnesses.map((w) => w.name));
    return { ...head, witnesses, unknown, met: policy.quorum === "none" || met(policy, policy.quorum, cosigned) };
  };

  // rootOf is the root that a leaf and its path lead to (RFC 6962).
  const rootOf = async (path, size, index, leaf) => {
    const turns = []; // from the root down: whether the leaf is in the left half
    for (let low = 0n, high = size; high - low > 1n;) {
      let half = 1n;
      while (half * 2n < high - low) half *= 2n;
      const left = index < low + half;
      turns.push(left);
      if (left) high = low + half;
      else low += half;
    }
    if (turns.length !== path.length) refuse("not-included");
    let hash = leaf;
    for (const sibling of path) {
      const node = Uint8Array.of(1);
      hash = turns.pop() ? await sha256(node, hash, sibling) : await sha256(node, sibling, hash);
    }
    return hash;
  };

  const check = async (text, entryValue, policyText) => {
    const policy = await parsePolicy(policyText);
    const entry = bytesOf(entryValue, "not-included");
    const receipt = parseReceipt(text);
    const able = await hasEd25519();
    const head = await openCheckpoint(receipt.checkpoint, policy, able);
    if (receipt.extra && !same(receipt.extra, entry)) refuse("not-included");
    if (receipt.index >= head.size) refuse("not-included");
    const root = await rootOf(receipt.path, head.size, receipt.index, await sha256(Uint8Array.of(0), entry));
    if (!same(root, head.root)) refuse("not-included");
    const why = !able ? "no-ed25519" : head.met ? "" : "quorum";
    return {
      ok: why === "", why, partial: !able, origin: head.origin, index: Number(receipt.index), size: Number(head.size),
      time: head.witnesses.length ? Math.max(...head.witnesses.map((w) => w.time)) : null,
      witnesses: head.witnesses, unknown: head.unknown,
    };
  };

  const verify = async (receipt, entry, policy) => {
    const nothing = { ok: false, partial: false, origin: "", index: null, size: null, time: null, witnesses: [], unknown: 0 };
    if (!globalThis.crypto?.subtle) return { ...nothing, why: "no-crypto" };
    try {
      return await check(receipt, entry, policy);
    } catch (e) {
      if (e instanceof Refused) return { ...nothing, why: e.message };
      throw e;
    }
  };

  return { verify, parseReceipt, parsePolicy, hasEd25519 };
})();
