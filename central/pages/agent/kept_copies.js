// What this phone keeps of offline copies: each sealed under a key made of the token, which is kept with none. docs/decisions/0042.
// Whoever finds the phone reads a sector's name and an hour; whoever signs in with another token, no more.

const PLACE = `offline copies ${new URL("./", import.meta.url).pathname}`;
const PURPOSE = new TextEncoder().encode("horodateur agent copy, kept");
const text = new TextEncoder();

/** Keep what came of a sector until an instant of the phone's clock. `wanted` is asked last: nothing is kept for who left meanwhile. */
export async function keep(sector, expires, content, token, wanted) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt(sealing(iv, sector), await keyOf(token), text.encode(JSON.stringify(content)));
  if (wanted()) await inStore("readwrite", (store) => store.put({ sector, expires, iv, sealed }), "copies", true); // from here on nothing waits
}

/** What is kept under this token, by sector. What another token sealed, or somebody altered, is deleted. */
export async function keptUnder(token) {
  const key = await keyOf(token);
  const found = new Map();
  for (const { sector, iv, sealed } of (await inStore("readonly", (store) => store.getAll())) ?? []) {
    try {
      found.set(sector, JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(sealing(iv, sector), key, sealed))));
    } catch (error) {
      await drop(sector);
    }
  }
  return found;
}

/** Of which sectors something is kept, whoever may read it. */
export const keptSectors = () => inStore("readonly", (store) => store.getAllKeys());

/** Delete what is kept of a sector. */
export const drop = (sector) => inStore("readwrite", (store) => store.delete(sector));

/** Delete what has expired by the phone's clock; without anything left, the place itself. */
export async function dropExpired(now) {
  const all = await inStore("readonly", (store) => store.getAll());
  const expired = (all ?? []).filter(({ expires }) => !(now < expires));
  for (const { sector } of expired) await drop(sector);
  if (all && expired.length === all.length) await dropAll();
}

/** Delete everything, and the place where it was. */
export const dropAll = () => settled(indexedDB.deleteDatabase(PLACE));

/** The latest instant that the phone's clock is known to have shown, zero for none. */
export const latest = async () => (await inStore("readonly", (store) => store.get("now"), "clock")) ?? 0;

/** Remember what the phone's clock shows: a copy gets no younger when it is set back. */
export const remember = (now) => inStore("readwrite", (store) => store.put(now, "now"), "clock");

const sealing = (iv, sector) => ({ name: "AES-GCM", iv, additionalData: text.encode(sector) });

/** 256 bits of chance are in a token: nobody tries them all, so nothing has to be made slow. */
async function keyOf(token) {
  const material = await crypto.subtle.importKey("raw", text.encode(token), "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: PURPOSE };
  return crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** What a request on a store answers, once it is on disk; undefined where nothing was ever kept, and no place is made for a look. */
async function inStore(mode, ask, name = "copies", made = false) {
  const place = await opened(made);
  if (!place) return undefined;
  try {
    const transaction = place.transaction(name, mode, { durability: "strict" });
    const answer = ask(transaction.objectStore(name));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new Error("nothing was kept"));
    });
    return answer.result;
  } finally {
    place.close();
  }
}

async function opened(made) {
  const opening = indexedDB.open(PLACE, 1);
  let missing = false;
  opening.onupgradeneeded = () => {
    missing = !made;
    if (missing) return opening.transaction.abort();
    opening.result.createObjectStore("copies", { keyPath: "sector" });
    opening.result.createObjectStore("clock");
  };
  return settled(opening).catch((error) => {
    if (missing) return null;
    throw error;
  });
}

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
