// Offline copies of sectors: held by this page, and kept by the phone for when the page is opened again. Answers as central/rules/agent_copies.py.

import { drop, dropAll, dropExpired, keep, keptSectors, keptUnder, latest, remember } from "./kept_copies.js";

const copies = new Map();
const FRESH_MS = 5 * 60_000;
const SLACK_MS = 60_000; // a network corrects a clock by less
const PURPOSE = "horodateur agent copy\n";
const FRAME = /^\{"signed":(.*),"signature":"([A-Za-z0-9_-]{86})"\}$/s;
const UNSIGNED = "La copie n’est pas signée par la ville : elle ne sert pas.";
const UNVERIFIABLE = "Sans https, ce navigateur ne peut vérifier aucune copie : il n’en garde pas.";
const EXPIRED = "La copie a expiré : elle ne sert plus.";
const SET_BACK = "L’heure de ce téléphone a reculé : la copie ne sert plus.";
let restoring = Promise.resolve();
let visit = 0; // one for each sign-in: what was asked for in another is nobody's any more
let seen = 0; // the latest instant of the phone's clock

/** Fetch the copy of a sector, unless the one in hand is a few minutes old at most. One that the city did not sign replaces none. */
export async function fetchCopy(sector, token, cityKey) {
  const mine = visit;
  await restoring;
  if (!crypto.subtle) return void copies.set(sector, { refused: UNVERIFIABLE });
  await lookAtAll(Date.now());
  const known = copies.get(sector);
  if (known?.signed && Date.now() - known.fetched < FRESH_MS) return;
  const headers = { Authorization: `Bearer ${token}` };
  const answer = await fetch(`../v1/agents/copy?sector=${encodeURIComponent(sector)}`, { headers, cache: "no-store" });
  if (!answer.ok) return;
  const came = { message: await answer.text(), fetched: Date.now(), cityKey };
  const held = await read(sector, came);
  if (visit !== mine) return;
  if (held.refused && known?.signed) return;
  copies.set(sector, held);
  if (held.refused) return;
  const until = came.fetched + Date.parse(held.signed.valid_until) - Date.parse(held.signed.made_at);
  await keep(sector, until, came, token, () => visit === mine).catch(() => {}); // copiesAt looks whether it is there
  await observe(came.fetched).catch(() => {});
}

/** Take up again what this phone keeps for the holder of a token: each copy is verified as if it came now. */
export function restoreCopies(token, cityKey) {
  const mine = ++visit;
  copies.clear();
  restoring = restore(token, cityKey, () => visit === mine).catch(() => {}); // a phone that keeps nothing
  return restoring;
}

async function restore(token, cityKey, wanted) {
  seen = Math.max(seen, await latest());
  if (!token || !crypto.subtle) return dropExpired(Date.now());
  for (const [sector, came] of await keptUnder(token)) {
    const held = await read(sector, { ...came, cityKey: cityKey ?? came.cityKey });
    if (wanted()) copies.set(sector, held);
    if (held.refused) await drop(sector);
  }
}

/** What a message says, once its signature was looked at; `{ refused }` for one that the city did not sign for this sector. */
async function read(sector, { message, fetched, cityKey }) {
  const [, document, signature] = FRAME.exec(message) ?? [];
  const verified = document ? await isSigned(document, signature, cityKey) : false;
  const signed = verified === false ? null : JSON.parse(document);
  return signed?.sector === sector ? { fetched, verified, signed } : { refused: UNSIGNED };
}

/** Forget every copy, here and in the phone. */
export async function forgetCopies() {
  visit += 1;
  copies.clear();
  await dropAll();
}

/** The copies that answer at an instant of the phone's clock: sector, until when, and whether the phone keeps it. What has expired goes. */
export async function copiesAt(now) {
  await restoring;
  await lookAtAll(now);
  const kept = (await keptSectors().catch(() => null)) ?? []; // another tab may have left, or signed somebody else in
  const good = [...copies].filter(([, { signed }]) => signed);
  return good.map(([sector, { signed }]) => ({ sector, until: signed.valid_until, kept: kept.includes(sector) }));
}

async function lookAtAll(now) {
  for (const sector of [...copies.keys()]) await inForce(sector, now);
  await observe(now).catch(() => {});
}

/** The copy of a sector with the city's time, which goes on from when it was made. One that is over is deleted, and says so from then on. */
async function inForce(sector, now) {
  const held = copies.get(sector);
  if (!held?.signed) return { held };
  const made = Date.parse(held.signed.made_at);
  const at = made + (now - held.fetched);
  const refused = now < seen - SLACK_MS ? SET_BACK : at < made || at >= Date.parse(held.signed.valid_until) ? EXPIRED : null;
  if (!refused) return { held, at };
  copies.set(sector, { refused });
  await drop(sector).catch(() => {});
  return { held: { refused } };
}

/** The phone's clock was seen to show this: no copy is of an earlier instant afterwards, nor after the page is opened again. */
async function observe(now) {
  if (now < seen && [...copies.values()].some(({ signed }) => signed)) return;
  seen = now; // without a copy that it could make younger, a clock may be put right
  await remember(now);
}

/** Whether the city signed these very characters; null where the browser does not know Ed25519. */
async function isSigned(document, signature, cityKey) {
  let key;
  try {
    key = await crypto.subtle.importKey("raw", bytesOf(cityKey), { name: "Ed25519" }, false, ["verify"]);
  } catch (error) {
    return error.name === "NotSupportedError" ? null : false;
  }
  return crypto.subtle.verify("Ed25519", key, bytesOf(signature), new TextEncoder().encode(PURPOSE + document));
}

const bytesOf = (base64url) => Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));

/** What the copy of a sector says of a plate; `{ refused }` saying why it says nothing, null without a copy. */
export async function fromCopy(sector, plate, now) {
  await restoring;
  const { held, at } = await inForce(sector, now.getTime());
  if (!held?.signed) return held ?? null;
  await observe(now.getTime()).catch(() => {});
  const copy = held.signed;
  const hash = await hashOf(copy.salt, plate);
  const stays = (copy.plates.find((each) => each.hash === hash)?.stays ?? []).filter((stay) => Date.parse(stay.since) <= at);
  const valid = stays.filter((stay) => stay.until === null || at < Date.parse(stay.until));
  const bought = valid.filter((stay) => stay.because === "right");
  const running = bought.length ? bought : valid; // the strongest reason first, as in central/rules/verdict.py
  const told = { allowed: true, copiedAt: copy.made_at, verified: held.verified, at: new Date(at).toISOString() };
  if (running.length) {
    const last = running.reduce((one, other) => (end(other) > end(one) ? other : one));
    return { ...told, because: last.because, until: last.until };
  }
  const tolerated = stays.find((stay) => stay.tolerated_until && at < Date.parse(stay.tolerated_until));
  return tolerated ? { ...told, because: "tolerance", until: tolerated.tolerated_until } : { ...told, allowed: false };
}

const end = (stay) => (stay.until === null ? Infinity : Date.parse(stay.until));

async function hashOf(salt, plate) {
  const bytes = Uint8Array.from(atob(salt), (each) => each.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const text = plate.normalize("NFKD").toUpperCase().replace(/[^\p{L}\p{N}]/gu, ""); // a letter that no plate has makes it nobody's
  const signed = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...signed.slice(0, 16)));
}
