// What an inspector types is kept on this telephone until the server has it, and is sent once.
//
// A form with data-step is one step of a record. While somebody types it is kept under the form's key, state
// "typed"; when it is sent it becomes "ready" and stays until the server has answered. The key goes with it:
// the server answers the same key alike and does nothing twice. Without this script the forms work as they are.
// The pages of one draft, the last that was opened, are kept too; a closed record leaves nothing behind.

const status = document.getElementById("keeping");
const { account, record } = status.dataset;
const form = document.querySelector("form[data-step]");
const page = location.pathname;

// ----- the shelf in this browser

function open() {
  return new Promise((good, bad) => {
    const asked = indexedDB.open("inspections", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("steps", { keyPath: "key" });
    asked.onsuccess = () => good(asked.result);
    asked.onerror = () => bad(asked.error);
  });
}

async function shelf(mode, act) {
  const database = await open();
  try {
    return await new Promise((good, bad) => {
      const work = database.transaction("steps", mode);
      const asked = act(work.objectStore("steps"));
      work.oncomplete = () => good(asked.result);
      work.onerror = work.onabort = () => bad(work.error);
    });
  } finally {
    database.close();
  }
}

const keep = (entry) => shelf("readwrite", (steps) => steps.put(entry));
const drop = (key) => shelf("readwrite", (steps) => steps.delete(key));
const kept = async () =>
  (await shelf("readonly", (steps) => steps.getAll()))
    .filter((entry) => entry.account === account)
    .sort((one, other) => one.at - other.at);

// ----- saying it

function say(words, tone = "") {
  status.textContent = words;
  status.className = `note py-2 mb-3 ${tone}`;
  status.hidden = !words;
}

async function sayWaiting() {
  const waiting = (await kept()).filter((entry) => entry.state === "ready").length;
  if (waiting) say(status.dataset.waiting.replace("{n}", waiting), "caution");
  return waiting;
}

// ----- one form

const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
const keyField = () => form.elements.namedItem("key");
// The photos' form has no key of its own: the bytes are their own key.
let ownKey = form && (keyField() ? keyField().value : newKey());

function fields() {
  return [...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && !(value instanceof File && !value.name));
}

function entryOf(state) {
  return { key: ownKey, account, record, page, state, at: Date.now(), fields: fields() };
}

function refill(entry) {
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden" || field.type === "file" || field.tagName === "BUTTON") continue;
    const told = entry.fields.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "radio" || field.type === "checkbox") field.checked = told.includes(field.value);
    else if (told.length) field.value = told[0];
  }
  for (const name of ["version", "key"]) {
    const told = entry.fields.find(([known]) => known === name);
    if (told && form.elements.namedItem(name)) form.elements.namedItem(name).value = told[1];
  }
  ownKey = entry.key;
}

// A form that adds stands empty for the next one; the others keep what was typed.
const adds = () => "adds" in form.dataset;

// What is typed from now on is another sending.
function renewKey() {
  ownKey = newKey();
  if (keyField()) keyField().value = ownKey;
}

// ----- sending

async function send(entry) {
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, value);
  const token = document.querySelector("input[name=csrf_token]");
  if (token) body.append("csrf_token", token.value);
  return fetch(entry.page, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "follow" });
}

// Everything that waits, in the order it was written; false where the net or the session is not there.
async function sendWaiting() {
  return navigator.locks ? navigator.locks.request("inspections", sendEach) : sendEach();
}

const nextReady = async () => (await kept()).find((entry) => entry.state === "ready");

async function sendEach() {
  let sent = 0;
  let refused = 0;
  for (let entry = await nextReady(); entry; entry = await nextReady()) {
    let answer;
    try {
      answer = await send(entry);
    } catch {
      say(status.dataset.lost, "caution");
      return { sent, refused, lost: true };
    }
    if (answer.redirected && new URL(answer.url).pathname.startsWith("/account/")) {
      say(status.dataset.signin, "caution");
      return { sent, refused, lost: true };
    }
    const json = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    const said = json ? await answer.json() : {};
    if (said.code === "form_too_old") {
      say(status.dataset.signin, "caution");
      return { sent, refused, lost: true };
    }
    if (answer.ok && json) {
      await drop(entry.key);
      await forget(entry.page);
      await catchUp(entry, said.version);
      sent += 1;
    } else if (answer.status >= 500 || answer.status === 429) {
      say(status.dataset.lost, "caution");
      return { sent, refused, lost: true };
    } else {
      const told = said.errors || [];
      if (entry.page.endsWith("/photos")) {
        sessionStorage.setItem("said", told.join(" ") || status.dataset.refused);
        await drop(entry.key);
      } else {
        await keep({ ...entry, state: "typed" });
      }
      refused += 1;
    }
  }
  if (refused) say(status.dataset.refused, "stop");
  else if (sent) say(status.dataset.sent, "ok");
  return { sent, refused, lost: false };
}

// What was written on top of a step that has just arrived stands on its version now.
async function catchUp(entry, version) {
  if (!version) return;
  const renew = (fields) => fields.map(([name, value]) => [name, name === "version" ? String(version) : value]);
  for (const other of await kept()) {
    if (other.page === entry.page) await keep({ ...other, fields: renew(other.fields) });
  }
  const shown = form && page === entry.page && form.elements.namedItem("version");
  if (shown) shown.value = String(version);
}

async function submitted(event) {
  event.preventDefault();
  const photos = form.elements.namedItem("photos");
  const entry = entryOf("ready");
  try {
    await keepWhole(entry, photos);
  } catch {
    form.submit(); // this telephone keeps nothing: then as without script
    return;
  }
  const answer = await sendWaiting();
  if (answer.lost) {
    renewKey();
    if (adds()) form.reset();
    else if (await isKept(form.dataset.onward)) location.assign(form.dataset.onward);
  } else if (answer.refused && !photos) {
    // The server has something to say about it: let it say it, in its own page.
    await drop(entry.key);
    form.submit();
  } else {
    location.assign(adds() ? page : form.dataset.onward);
  }
}

async function keepWhole(entry, photos) {
  if (!photos) return keep(entry);
  // One at a time: a telephone's photo is some megabytes, and what has arrived has arrived.
  // They were chosen at one instant; the fraction keeps them in the order they were chosen in.
  for (const [place, file] of [...photos.files].entries()) {
    await keep({ ...entry, key: newKey(), at: entry.at + place / 1000, fields: [["photos", file]] });
  }
}

// ----- pages for when there is no net

const SHELF = "inspections-1";

async function forget(path) {
  if (!("caches" in window)) return;
  const pages = await caches.open(SHELF);
  await pages.delete(path, { ignoreVary: true });
}

async function isKept(path) {
  if (!("caches" in window)) return false;
  return Boolean(await (await caches.open(SHELF)).match(path, { ignoreVary: true }));
}

// Every page of this draft, and of no other record.
async function keepPages() {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return;
  const pages = await caches.open(SHELF);
  const wanted = status.dataset.pages.split(/\s+/).filter(Boolean);
  for (const asked of await pages.keys()) {
    const { pathname } = new URL(asked.url);
    if (pathname.startsWith(status.dataset.scope) && !wanted.includes(pathname)) await pages.delete(asked);
  }
  if (!wanted.length) return;
  await navigator.serviceWorker.register(status.dataset.worker, { scope: status.dataset.scope });
  await navigator.serviceWorker.ready;
  const parts = [...document.querySelectorAll("link[href], script[src]")].map((part) => part.href || part.src);
  for (const address of [...wanted, ...parts]) {
    if (address !== page && (await isKept(address))) continue;
    const answer = await fetch(address, { headers: { Accept: "text/html,*/*" } });
    if (answer.ok && !answer.redirected) await pages.put(address, answer);
  }
  status.dataset.ready = "yes";
}

// ----- where the telephone is

function offerPlace() {
  const button = document.getElementById("locate");
  if (!button || !("geolocation" in navigator)) return;
  button.hidden = false;
  button.addEventListener("click", () =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        for (const name of ["latitude", "longitude"]) {
          const field = form.elements.namedItem(name);
          field.value = coords[name].toFixed(3).replace(".", ",");
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }
      },
      () => say(button.dataset.refused, "caution"),
      { timeout: 15000 },
    ),
  );
}

// ----- beginning

async function begin() {
  const said = sessionStorage.getItem("said");
  sessionStorage.removeItem("said");
  if (said) say(said, "stop");
  if (form) {
    const mine = (await kept()).filter((entry) => entry.page === page && !(adds() && entry.state === "ready"));
    const last = mine.at(-1);
    // A page that tells an error carries what was typed already.
    if (last && form.dataset.step !== "photos" && !document.getElementById("errors")) {
      refill(last);
      say(status.dataset.kept, "caution");
      if (last.state === "ready") renewKey();
    }
    form.addEventListener("input", async () => {
      if (form.dataset.step === "photos") return;
      await keep(entryOf("typed"));
      say(status.dataset.kept, "caution");
    });
    form.addEventListener("submit", submitted);
  }
  offerPlace();
  window.addEventListener("online", sendWaiting);
  if (await sayWaiting()) await sendWaiting();
  // Without a net the pages are there already.
  await keepPages().catch((lost) => console.info("pages not renewed", lost));
}

begin();
