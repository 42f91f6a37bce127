// Opens the agent's page where there is no network. It keeps the page's own files and nothing else: docs/decisions/0042.
// The server puts a line before these that says which (PAGE): a file that is not as it says is never served from here.

const FOLDER = new URL("./", self.location);
const CACHE = `${FOLDER.pathname} ${PAGE.version}`;
const names = new Map(Object.keys(PAGE.files).map((name) => [new URL(name, FOLDER).pathname, name]));

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
self.addEventListener("message", ({ data }) => data === "take over" && self.skipWaiting()); // the page says when
self.addEventListener("fetch", (event) => {
  const name = nameOf(event.request);
  if (name) event.respondWith(answer(name, event.request));
});

/** Which file of the page is asked for; none for anything else, such as what the city answers: that goes its way. */
function nameOf({ method, url }) {
  const { origin, pathname, search } = new URL(url);
  return method === "GET" && origin === FOLDER.origin && !search ? names.get(pathname) : undefined;
}

/** A page is of one version: unless every file is here, none is served from here, but by the city. */
async function answer(name, request) {
  const whole = request.mode === "navigate" ? fill().catch(() => caches.delete(CACHE)) : null;
  return (await Promise.resolve(whole).then(() => kept(name)).catch(() => null)) ?? fetch(request);
}

/** Fetch each file that is not here as it must be. Rejects where one cannot be fetched, or is of another version by now. */
async function fill() {
  const cache = await caches.open(CACHE);
  await Promise.all([...names].map(async ([address, name]) => {
    if (await kept(name)) return;
    const file = await fetch(address, { cache: "reload", redirect: "error", integrity: PAGE.files[name].integrity });
    if (!file.ok) throw new Error(`${address}: ${file.status}`);
    await cache.put(address, file);
  }));
}

/** A file as the city has it; of what is kept only the bytes are believed, and those by their sum. */
async function kept(name) {
  const { kind, integrity } = PAGE.files[name];
  const cache = await caches.open(CACHE);
  const body = await (await cache.match(new URL(name, FOLDER), { ignoreVary: true }))?.arrayBuffer();
  if (!body || (await integrityOf(body)) !== integrity) return null;
  return new Response(body, { headers: { ...PAGE.headers, "Content-Type": kind } });
}

async function integrityOf(body) {
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", body))))}`;
}

async function forgetOthers() {
  const others = (await caches.keys()).filter((each) => each.startsWith(`${FOLDER.pathname} `) && each !== CACHE);
  await Promise.all(others.map((each) => caches.delete(each)));
}
