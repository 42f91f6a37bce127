// The offline copy of a sector, held by this page and nowhere else: it goes with the page. Answers as central/rules/agent_copies.py.

const copies = new Map();
const FRESH_MS = 5 * 60_000;
const PURPOSE = "horodateur agent copy\n";
const FRAME = /^\{"signed":(.*),"signature":"([A-Za-z0-9_-]{86})"\}$/s;

/** Fetch the copy of a sector, unless the one in hand is a few minutes old at most. One that the city did not sign replaces none. */
export async function fetchCopy(sector, token, cityKey) {
  const known = copies.get(sector);
  if (known?.signed && Date.now() - known.fetched < FRESH_MS) return;
  const answer = await fetch(`../v1/agents/copy?sector=${encodeURIComponent(sector)}`, { headers: { Authorization: `Bearer ${token}` } });
  if (!answer.ok) return;
  const [, document, signature] = FRAME.exec(await answer.text()) ?? [];
  const verified = document ? await isSigned(document, signature, cityKey) : false;
  if (verified === false) {
    if (!known?.signed) copies.set(sector, { refused: "La copie n’est pas signée par la ville : elle ne sert pas." });
    return;
  }
  const signed = JSON.parse(document);
  if (signed.sector === sector) copies.set(sector, { fetched: Date.now(), verified, signed });
}

/** Forget every copy. */
export const forgetCopies = () => copies.clear();

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

/**
 * What the copy of a sector says of a plate; `{ refused }` saying why it says nothing, null without a copy.
 * The city's time goes on from when it was made.
 */
export async function fromCopy(sector, plate, now) {
  const held = copies.get(sector);
  if (!held?.signed) return held ?? null;
  const copy = held.signed;
  const made = Date.parse(copy.made_at);
  const at = made + (now.getTime() - held.fetched);
  if (at < made || at >= Date.parse(copy.valid_until)) return { refused: "La copie a expiré : elle ne sert plus." };
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
  const text = plate.normalize("NFKD").toUpperCase().replace(/[^A-Z0-9]/g, "");
  const signed = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...signed.slice(0, 16)));
}
