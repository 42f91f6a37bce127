// An agent's phone: signs in by token, checks a plate, proposes a notice. What the city did not say is not shown.

import { caller, Refused, takeLink } from "../shared/city.js";
import { sumOf } from "../shared/sums.js";
import { fetchCopy, forgetCopies, fromCopy } from "./offline.js";

const by = (id) => document.getElementById(id);
const session = window.sessionStorage;
const PARIS = { timeZone: "Europe/Paris", hour: "2-digit", minute: "2-digit" };
const DAY = { ...PARIS, day: "2-digit", month: "2-digit" };
const ALLOWED = {
  right: "Droit en cours",
  register: "Inscrit au registre",
  free: "Heure non payante",
  tolerance: "Ticket juste fini",
  notice: "FPS déjà établi",
};
let checked = null;
let photos = [];
const waiting = []; // controls made offline, to be sent again
const MOST_AT_ONCE = 200;

const call = caller("token");

function show() {
  const signedIn = Boolean(session.getItem("token") && session.getItem("agent"));
  by("sign-in").hidden = signedIn;
  by("ask").hidden = by("who").hidden = !signedIn;
  by("agent-number").textContent = `Agent ${session.getItem("agent") ?? ""}`;
  by(signedIn ? "plate" : "token").focus();
}

function leave() {
  session.clear();
  forgetCopies();
  waiting.length = 0;
  by("answer").hidden = by("propose").hidden = by("outcome").hidden = true;
  by("token").value = "";
  show();
}

function signInByLink() {
  const given = takeLink();
  for (const name of ["token", "agent", "sector", "zone", "key"]) if (given.get(name)) session.setItem(name, given.get(name));
  for (const name of ["sector", "zone"]) if (session.getItem(name)) by(name).value = session.getItem(name);
}

async function check(event) {
  event.preventDefault();
  const asked = { plate: by("plate").value.trim(), zone: Number(by("zone").value), sector: by("sector").value.trim().toUpperCase() };
  for (const name of ["sector", "zone"]) session.setItem(name, asked[name]);
  by("outcome").hidden = by("propose").hidden = true;
  try {
    checked = (await call("POST", "checks", asked)).told;
    render(checked.plate, verdict(checked));
    by("propose").hidden = checked.allowed;
    photos = [];
    by("photos").value = "";
    by("references").replaceChildren();
    prepareCopy(asked.sector).catch(() => {}); // for the cellar
    await sendAgain().catch((error) => say(`Contrôles hors ligne pas encore revus : ${error.message}`));
  } catch (error) {
    await failed(error, asked);
  }
}

/** The copy is believed by the key that came with the sign-in; without one, by the key the city says now. */
async function prepareCopy(sector) {
  if (!session.getItem("key")) session.setItem("key", (await call("GET", "key")).told.public_key);
  await fetchCopy(sector, session.getItem("token"), session.getItem("key"));
}

/** Controls made offline are checked again by the register, as of now and as of then; what it finds is said here. */
async function sendAgain() {
  if (!waiting.length) return;
  const checks = waiting.slice(0, MOST_AT_ONCE);
  const { answers } = (await call("POST", "checks/batch", { checks })).told;
  waiting.splice(0, checks.length);
  const refused = answers.filter((each) => !each.allowed).map((each) => each.plate);
  say(`${checks.length} contrôle(s) fait(s) hors ligne, revu(s) par la ville. ${refused.length ? `Sans droit connu : ${refused.join(", ")}. À contrôler de nouveau.` : "Tous autorisés."}`);
}

async function failed(error, asked) {
  checked = null;
  if (error instanceof Refused && error.status === 401) leave();
  const offline = error instanceof Refused ? null : await fromCopy(asked.sector, asked.plate, new Date());
  if (offline && !offline.refused) {
    waiting.push({ ...asked, at: offline.at, known_at: offline.at });
    render(asked.plate.toUpperCase(), offlineVerdict(offline));
  }
  else if (error instanceof Refused) render(asked.plate.toUpperCase(), { colour: "grey", words: "Demande non comprise", lines: [error.message] });
  else render(asked.plate.toUpperCase(), { colour: "grey", words: "Ville hors d’atteinte", lines: [...(offline ? [offline.refused] : []), "Ne pas conclure. Contrôlez à nouveau plus tard."] });
}

const hour = (text) => new Date(text).toLocaleString("fr-FR", PARIS);
const minute = (text) => new Date(text).toLocaleString("fr-FR", DAY);

function verdict(told) {
  const lines = [completeness(told)];
  const payers = told.possible_payers.map(({ right }) => `${right.plate} jusqu’à ${minute(right.end)}`);
  if (told.allowed) return { colour: "green", words: ALLOWED[told.because] ?? "Peut rester ici", until: told.until, lines, payers };
  if (told.just_expired) lines.unshift(`Dernier ticket fini à ${minute(told.just_expired.end)}.`);
  if (told.conclusive) return { colour: "red", words: "Aucun droit connu", lines, payers };
  if (told.conclusive_from) lines.unshift(`On pourra conclure au plus tôt à ${hour(told.conclusive_from)}.`);
  return { colour: "grey", words: "Ne pas conclure", lines, payers };
}

function offlineVerdict({ allowed, because, until, copiedAt, verified }) {
  const signed = verified ? "Signature de la ville vérifiée." : "Signature non vérifiée : ce navigateur ne sait pas le faire.";
  const lines = [`Hors ligne : d’après la copie de ${minute(copiedAt)}. Ne permet pas de conclure ; à contrôler de nouveau.`, signed];
  return allowed ? { colour: "green", words: ALLOWED[because], until, lines } : { colour: "grey", words: "Ne pas conclure", lines };
}

function completeness({ complete_until: complete, silent, elsewhere }) {
  const known = complete ? `Données complètes jusqu’à ${minute(complete)}.` : "On ne sait pas jusqu’à quand les données sont complètes.";
  const quiet = silent.length ? ` Sans nouvelles de ${silent.join(", ")}.` : "";
  return known + quiet + (elsewhere.silent ? ` ${elsewhere.silent} autre(s) borne(s) de la zone sans nouvelles.` : "");
}

function element(name, text, kind = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function render(plate, { colour, words, until, lines, payers = [] }) {
  const answer = by("answer");
  const parts = [element("span", plate, "seen"), element("strong", words)];
  if (until) parts.push(element("p", `jusqu’à ${minute(until)}`, "until"));
  if (payers.length) {
    const list = element("ul", "");
    list.append(...payers.map((each) => element("li", each)));
    parts.push(element("h2", "A peut-être payé pour :"), list);
  }
  answer.className = colour;
  answer.replaceChildren(...parts, ...lines.map((each) => element("p", each)));
  answer.hidden = false;
}

/** A photo stays where it is: its name in the register is its SHA-256. */
async function takePhotos() {
  photos = [];
  for (const file of by("photos").files) {
    photos.push(await sumOf(file));
  }
  by("references").replaceChildren(...photos.map((each) => element("li", each)));
}

async function propose(event) {
  event.preventDefault();
  const button = event.submitter ?? by("propose").querySelector("button");
  button.disabled = true;
  try {
    const { status, told } = await call("POST", "notices", { check: checked.id, agent: session.getItem("agent"), photos });
    say(status === 202 ? notYet(told) : `FPS ${told.number}, clé ${told.key}`);
  } catch (error) {
    say(error instanceof Refused ? error.message : "Ville hors d’atteinte : rien n’a été enregistré.");
  } finally {
    button.disabled = false;
  }
}

const notYet = ({ conclusive_from: from }) =>
  `Proposé, pas encore établi : des données peuvent encore arriver.${from ? ` Redemander à partir de ${hour(from)}.` : ""}`;

function say(words) {
  by("outcome").textContent = words;
  by("outcome").hidden = false;
}

by("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  session.setItem("token", by("token").value.trim());
  session.setItem("agent", by("agent").value.trim().toUpperCase());
  by("token").value = "";
  show();
});
by("ask").addEventListener("submit", check);
by("photos").addEventListener("change", takePhotos);
by("propose").addEventListener("submit", propose);
by("leave").addEventListener("click", leave);
signInByLink();
show();
