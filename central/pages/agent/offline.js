// The offline copy of a sector, held by this page and nowhere else: it goes with the page. Answers as central/rules/agent_copies.py.

const copies = new Map();
const FRESH_MS = 5 * 60_000;

/** Fetch the copy of a sector, unless the one in hand is a few minutes old at most. */
export async function fetchCopy(sector, token) {
  const known = copies.get(sector);
  if (known && Date.now() - known.fetched < FRESH_MS) return;
  const answer = await fetch(`../v1/agents/copy?sector=${encodeURIComponent(sector)}`, { headers: { Authorization: `Bearer ${token}` } });
  if (answer.ok) copies.set(sector, { fetched: Date.now(), ...(await answer.json()).signed });
}

/** What the copy of a sector says of a plate; null without one that is good now. The city's time goes on from when it was made. */
export async function fromCopy(sector, plate, now) {
  const copy = copies.get(sector);
  if (!copy) return null;
  const made = Date.parse(copy.made_at);
  const at = made + (now.getTime() - copy.fetched);
  if (at < made || at >= Date.parse(copy.valid_until)) return null;
  const hash = await hashOf(copy.salt, plate);
  const stays = (copy.plates.find((each) => each.hash === hash)?.stays ?? []).filter((stay) => Date.parse(stay.since) <= at);
  const valid = stays.filter((stay) => stay.until === null || at < Date.parse(stay.until));
  const bought = valid.filter((stay) => stay.because === "right");
  const running = bought.length ? bought : valid; // the strongest reason first, as in central/rules/verdict.py
  const told = { allowed: true, copiedAt: copy.made_at };
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
