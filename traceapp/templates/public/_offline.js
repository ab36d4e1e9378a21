"use strict";
/* Signed codes verified in the browser, with the network off: base45 (RFC 9285), deterministic CBOR
   (RFC 8949, 4.2.1), COSE_Sign1 (RFC 9052), Ed25519 by WebCrypto. The rules are those of
   traceapp/domain/signed_codes.py, refusal by refusal; a test holds the two against each other. */
const told = JSON.parse(document.getElementById("told").textContent);
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const PREFIX = "VC1:", LONGEST = 900, LARGEST = 2 ** 53, OURS = -65537, DAY = 86400;
const NUMBER = /^[0-9A-HJKMNP-TV-Z]{8}$/, PRODUCT = /^([0-9]{8}|[0-9]{14})$/, KEY_ID = /^[0-9a-z]{1,16}$/;
const KINDS = { 1: "certificate", 2: "carton", 3: "roll" };

class Refused extends Error {
  constructor(code, facts = {}) { super(code); this.code = code; this.facts = facts; }
}

function base45(text, start) {
  const bytes = [];
  for (let at = start; at < text.length; at += 3) {
    const digits = [...text.slice(at, at + 3)].map(c => ALPHABET.indexOf(c));
    const size = digits.length - 1;
    const number = digits.reduce((sum, digit, place) => sum + digit * 45 ** place, 0);
    const wrong = digits.indexOf(-1);
    if (wrong >= 0 || size < 1 || number >= 256 ** size)
      throw new Refused("signed_base45", { position: at + Math.max(wrong, 0) + 1 });
    if (size === 2) bytes.push(number >> 8);
    bytes.push(number & 255);
  }
  return Uint8Array.from(bytes);
}

/* One item in its one spelling; whatever else CBOR knows (floats, simple values, other tags) is refused. */
function cbor(bytes, code) {
  let at = 0;
  const no = () => { throw new Refused(code); };
  const take = size => (at + size <= bytes.length ? bytes.subarray(at, (at += size)) : no());
  function head() {
    const first = take(1)[0], low = first & 31;
    if (low < 24) return [first >> 5, low];
    if (low > 27) no();
    const size = 2 ** (low - 24);
    const number = take(size).reduce((sum, byte) => sum * 256 + byte, 0);
    if (number >= LARGEST || number < (size === 1 ? 24 : 256 ** (size / 2))) no();
    return [first >> 5, number];
  }
  function item(depth) {
    if (depth > 6) no();
    const [kind, number] = head();
    if (kind === 0) return number;
    if (kind === 1) return -1 - number;
    if (kind === 2) return take(number);
    if (kind === 3) {
      try { return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(take(number)); }
      catch { no(); }
    }
    if (kind === 4) {
      if (number > bytes.length) no();
      return Array.from({ length: number }, () => item(depth + 1));
    }
    if (kind === 5) return map(number, depth);
    return kind === 6 && number === 18 ? { tag: number, value: item(depth + 1) } : no();
  }
  function map(count, depth) {
    const found = new Map();
    let last = null;
    for (let n = 0; n < count; n++) {
      const from = at, key = item(depth + 1), spelt = bytes.subarray(from, at);
      if (last && !(order(last, spelt) < 0)) no();
      last = spelt;
      found.set(key, item(depth + 1));
    }
    return found;
  }
  const found = item(0);
  return at === bytes.length ? found : no();
}

function order(one, other) {
  for (let at = 0; at < Math.min(one.length, other.length); at++)
    if (one[at] !== other[at]) return one[at] - other[at];
  return one.length - other.length;
}

const isBytes = (value, size) => value instanceof Uint8Array && (size === undefined || value.length === size);
const latin = bytes => String.fromCharCode(...bytes);
const hex = bytes => [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join("");

function parts(text) {
  if (text.length > LONGEST) throw new Refused("signed_length", { found: text.length, limit: LONGEST });
  if (!text.startsWith(PREFIX)) throw new Refused("signed_prefix", { expected: PREFIX });
  const envelope = cbor(base45(text, PREFIX.length), "signed_form");
  const four = envelope.tag === 18 && Array.isArray(envelope.value) ? envelope.value : [];
  if (four.length !== 4 || !isBytes(four[0]) || !(four[1] instanceof Map) || four[1].size
    || !isBytes(four[2]) || !isBytes(four[3], 64)) throw new Refused("signed_form");
  return { header: four[0], payload: four[2], signature: four[3] };
}

function keyId(header) {
  const found = cbor(header, "signed_form");
  if (!whole(found)) throw new Refused("signed_form");
  if (found.get(1) !== -8) throw new Refused("signed_algorithm", { found: String(found.get(1)).slice(0, 40) });
  const id = found.get(4);
  if (!isBytes(id) || found.size !== 2 || !KEY_ID.test(latin(id))) throw new Refused("signed_form");
  return latin(id);
}

const whole = found => found instanceof Map && [...found.keys()].every(Number.isInteger);

function toBeSigned(header, payload) {
  const spelt = bytes => {
    const size = bytes.length;
    const head = size < 24 ? [64 + size] : size < 256 ? [88, size] : [89, size >> 8, size & 255];
    return [...head, ...bytes];
  };
  const context = [...new TextEncoder().encode("Signature1")];
  return Uint8Array.from([0x84, 0x6a, ...context, ...spelt(header), 0x40, ...spelt(payload)]);
}

async function read(text) {
  const { header, payload, signature } = parts(text), id = keyId(header);
  if (!Object.hasOwn(told.keys, id)) throw new Refused("signed_key", { found: id });
  const raw = Uint8Array.from(told.keys[id].match(/../g), pair => parseInt(pair, 16));
  const key = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
  if (!(await crypto.subtle.verify({ name: "Ed25519" }, key, signature, toBeSigned(header, payload))))
    throw new Refused("signed_signature");
  return claims(cbor(payload, "signed_claims"));
}

function claims(found) {
  const no = () => { throw new Refused("signed_claims"); };
  const ours = whole(found) ? found.get(OURS) : no();
  if (!whole(ours)) no();
  const exactly = (map, keys) => map.size === keys.length && keys.every(key => map.has(key)) || no();
  const count = (value, most) => Number.isInteger(value) && value >= 0 && value <= most ? value : no();
  const line = value => typeof value === "string" && value && !/[\u0000-\u001f\u007f]/.test(value) ? value : no();
  const bytes = (value, size) => isBytes(value, size) ? value : no();
  const kind = KINDS[count(ours.get(0), 3)] || no();
  const said = { kind, expires: 0, number: "" };
  if (kind === "certificate") {
    exactly(found, [1, 4, 6, 7, OURS]);
    exactly(ours, [0, 1, 2, 3, 4, ...[5, 6].filter(key => ours.has(key))]);
    const products = Array.isArray(ours.get(3)) && ours.get(3).length <= 5 ? ours.get(3).map(line) : no();
    if (!products.every(one => PRODUCT.test(one))) no();
    const all = ours.has(6) ? count(ours.get(6), 10000) : products.length;
    if (ours.has(6) && !(all > 5 && products.length === 5)) no();
    Object.assign(said, {
      issuer: line(found.get(1)), issued: count(found.get(6), 2 ** 33), paper: line(ours.get(1)),
      holder: line(ours.get(2)), standard: line(ours.get(4)), products, all,
      hash: ours.has(5) ? hex(bytes(ours.get(5), 32)) : null,
    });
  } else {
    exactly(found, [4, 7, OURS]);
    exactly(ours, [0, 5]);
    said.digest = hex(bytes(ours.get(5), 16));
  }
  said.expires = count(found.get(4), 2 ** 33);
  said.number = latin(bytes(found.get(7), 8));
  return NUMBER.test(said.number) ? said : no();
}

/* Expiry by this device's clock, then the list this page carries. */
function check(said, now) {
  if (now >= said.expires) throw new Refused("signed_expired", { given: day(said.expires - 1) });
  const found = told.revoked.find(one => one[0] === said.number);
  if (found) throw new Refused("signed_revoked", { given: found[2], why: found[1] });
}

const day = seconds => {
  const [year, month, date] = new Date((seconds + 7 * 3600) * 1000).toISOString().slice(0, 10).split("-");
  return `${date}/${month}/${year}`;
};

/* What a test asks, and the page itself: {code, facts, said}; `code` "ok" is the only yes. */
async function verify(text, now = Date.now() / 1000) {
  let said = null;
  try {
    said = await read(text);
    check(said, now);
    return { code: "ok", facts: {}, said };
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    return { code: refused.code, facts: refused.facts, said };
  }
}

async function canCheck() {
  try {
    const key = Uint8Array.from("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a".match(/../g), pair => parseInt(pair, 16));
    await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    return true;
  } catch { return false; }
}

/* The page. Every text goes in as text. */
const byId = id => document.getElementById(id);
const words = (name, facts = {}) => told.words[name].replace(/\{(\w+)\}/g, (_, fact) => facts[fact] ?? "");
const node = (name, text, kind) => Object.assign(document.createElement(name), { textContent: text, className: kind || "" });
const printed = gtin => gtin.replace(/^0(?=[0-9]{13}$)(00000(?=[0-9]{8}$))?/, "");
const fours = text => text.toUpperCase().match(/.{1,4}/g).join(" ");

function facts(said) {
  const rows = [["number", said.number.slice(0, 4) + "-" + said.number.slice(4)], ["kind", words(said.kind)]];
  if (said.kind === "certificate") rows.push(
    ["paper", said.paper], ["standard", said.standard], ["holder", said.holder],
    ["products", said.products.map(printed).join(", ") + (said.all > 5 ? " " + words("more", { n: said.all - 5 }) : "")],
    ["issuer", said.issuer], ["issued", day(said.issued)]);
  rows.push(["expires", day(said.expires - 1)]);
  const list = node("dl", "", "facts");
  for (const [name, value] of rows) if (value) {
    const cell = document.createElement("div");
    cell.append(node("dt", words(name)), node("dd", value));
    list.append(cell);
  }
  const mark = said.hash ? ["hash", said.hash] : said.digest ? ["digest", fours(said.digest)] : null;
  return mark ? [list, node("p", words(mark[0]), "s"), node("p", mark[1], "hash")] : [list];
}

function show({ code, facts: found, said }) {
  const tone = code === "ok" ? "" : code === "signed_expired" ? "warn" : "stop";
  const seal = byId("seal-" + (said ? tone || "ok" : "refused")).content.cloneNode(true);
  const band = node("section", "", "v " + tone), column = document.createElement("div");
  const sentence = code === "ok" ? words("ok_text", { host: told.host }) : words(code, found);
  column.append(node("b", words(code === "ok" ? "ok" : said ? "no_longer" : "refused")), node("p", sentence));
  if (found.why) column.append(node("p", words("why_" + found.why)));
  band.append(seal, column);
  band.setAttribute("role", "status");
  const parts = [band];
  if (said) {
    const card = node("div", "", "card");
    card.append(...facts(said));
    parts.push(card, node("p", words("truth"), "note"));
    if (said.digest) parts.push(node("p", words("digest_text"), "note"));
  }
  byId("answer").dataset.code = code;
  byId("answer").replaceChildren(...parts);
  byId("answer").scrollIntoView({ block: "nearest" });
}

async function fromPhoto(file) {
  byId("photo-said").textContent = words("photo_reading");
  try {
    const found = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file));
    const code = found.map(one => one.rawValue).find(text => text.startsWith(PREFIX)) || found[0]?.rawValue;
    byId("photo-said").textContent = code ? "" : words("photo_none");
    if (code) { byId("code").value = code; show(await verify(tidy(code))); }
  } catch { byId("photo-said").textContent = words("photo_none"); }
}

const tidy = text => text.replace(/[\r\n\t]/g, "").trim();

async function begin() {
  const old = Math.floor((Date.now() / 1000 - told.made) / DAY);
  if (old >= 7) byId("age").textContent = words("old", { n: old });
  if (location.protocol === "file:") byId("save").remove();
  if (!(await canCheck())) { byId("form").replaceWith(node("p", words("cannot"), "note")); return; }
  if ("BarcodeDetector" in window) {
    byId("photo").addEventListener("change", event => event.target.files[0] && fromPhoto(event.target.files[0]));
  } else byId("photo-box").replaceChildren(node("p", words("photo_cannot"), "s"));
  byId("form").addEventListener("submit", async event => {
    event.preventDefault();
    show(await verify(tidy(byId("code").value)));
  });
  document.body.dataset.ready = "yes";
}
begin();
