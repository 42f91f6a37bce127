// An agent's phone: signs in by token, checks a plate, proposes a notice. What the city did not say is not shown.

import { caller, Refused } from "../shared/city.js";
import { sumOf } from "../shared/sums.js";
import { tellCellar, tellComing } from "./cellar.js";
import { fetchCopy, forgetCopies, fromCopy, restoreCopies } from "./offline.js";
import { signInByLink } from "./link.js";
import { keepOpen, openOnes, settle } from "./open.js";
import { sameSession } from "./session.js";
import { keepWaiting, review, waitingOnes } from "./waiting.js";

const by = (id) => document.getElementById(id);
const session = window.sessionStorage;
const PARIS = { timeZone: "Europe/Paris", hour: "2-digit", minute: "2-digit" };
const DAY = { timeZone: PARIS.timeZone, day: "2-digit", month: "2-digit" };
const ALLOWED = {
  right: "Droit en cours",
  register: "Inscrit au registre",
  free: "Heure non payante",
  tolerance: "Ticket juste fini",
  notice: "FPS déjà établi",
};
let checked = null;
let photos = [];

const LEAVE = "Quitter";
const LEAVE_ALL = "Effacer et quitter";

const PATIENCE_MS = 10_000; // of a network that is there and carries nothing

const call = caller("token");
const ask = caller("token", PATIENCE_MS);

function show() {
  const signedIn = Boolean(session.getItem("token") && session.getItem("agent"));
  by("sign-in").hidden = signedIn;
  by("ask").hidden = by("who").hidden = !signedIn;
  by("agent-number").textContent = `Agent ${session.getItem("agent") ?? ""}`;
  by("leave").textContent = LEAVE;
  by(signedIn ? "plate" : "token").focus();
}

/** For who is signed in, or nobody: with what waits, and what the phone keeps for them. */
function start() {
  signInByLink({ leave, start, say });
  listOpen();
  show();
  restoreCopies(session.getItem("token"), session.getItem("key")).then(tellCellar);
  if (navigator.onLine) sayReviewed();
}

function leave() {
  session.clear();
  forgetCopies().catch(() => {}).finally(tellCellar); // a phone that keeps nothing
  by("answer").hidden = by("propose").hidden = by("outcome").hidden = true;
  for (const name of ["sign-in", "ask", "propose"]) by(name).reset();
  for (const name of ["answer", "outcome", "references"]) by(name).replaceChildren();
  listOpen();
  show();
}

/** What waits for the city goes with who leaves: that is said once, before. */
function askToLeave() {
  const left = waitingOnes().length + openOnes().length;
  if (!left || by("leave").textContent === LEAVE_ALL) return leave();
  by("leave").textContent = LEAVE_ALL;
  say(`Encore à revoir ou à reprendre : ${left}. Quitter l’efface de ce téléphone.`);
}

async function check(event) {
  event.preventDefault();
  const stays = sameSession();
  const asked = { plate: by("plate").value.trim(), zone: Number(by("zone").value), sector: by("sector").value.trim().toUpperCase() };
  for (const name of ["sector", "zone"]) session.setItem(name, asked[name]);
  by("outcome").hidden = by("propose").hidden = true;
  by("leave").textContent = LEAVE;
  try {
    const { told } = await ask("POST", "checks", asked);
    if (!stays()) return;
    showAnswer(told);
    tellComing(prepareCopy(asked.sector)); // for the cellar
    await sayReviewed();
  } catch (error) {
    if (stays()) await failed(error, asked, stays);
  }
}

/** An answer of the city, with a form for a notice where it is refused: of another vehicle, so nothing is filled in but the place. */
function showAnswer(answer) {
  checked = answer;
  render(checked.plate, verdict(checked));
  by("propose").hidden = checked.allowed;
  by("vehicle").value = by("make").value = by("photos").value = "";
  by("place").value = session.getItem("place") ?? "";
  photos = [];
  by("references").replaceChildren();
  compareClass();
}

/** The class on the ticket that has just ended, where the one that was chosen is another: the agent looks again before proposing. */
function compareClass() {
  const bought = checked?.just_expired?.vehicle;
  const chosen = by("vehicle").value;
  by("other-class").hidden = !bought || !chosen || bought === chosen;
  by("other-class").textContent = otherClass(bought).trim();
}

function otherClass(bought) {
  const known = [...by("vehicle").options].find((each) => each.value === bought);
  return bought ? ` Attention : le dernier ticket de cette plaque est d’une autre catégorie, ${known?.textContent ?? bought}.` : "";
}

/** The copy is believed by the key that came with the sign-in; without one, by the key the city says now. */
async function prepareCopy(sector) {
  const stays = sameSession();
  const key = session.getItem("key") ?? (await call("GET", "key")).told.public_key;
  if (!stays()) return;
  session.setItem("key", key);
  await fetchCopy(sector, session.getItem("token"), session.getItem("key"));
}

/** Controls made offline are checked again by the register, as of now and as of then; what it finds is said here. */
async function sayReviewed() {
  try {
    const reviewed = await review(call);
    if (!reviewed) return;
    const { answers, unread } = reviewed;
    const refused = answers.filter((each) => !each.allowed);
    for (const each of refused) keepOpen({ answer: each });
    listOpen();
    const known = refused.length ? `Sans droit connu : ${refused.map((each) => each.plate).join(", ")}. À reprendre ci-dessous.` : "Tous autorisés.";
    say(`${answers.length} contrôle(s) fait(s) hors ligne, revu(s) par la ville. ${known}${unread.length ? ` Non compris par la ville : ${unread.join(", ")}.` : ""}`);
    await tellCellar();
  } catch (error) {
    say(`Contrôles hors ligne pas encore revus : ${error instanceof Refused ? error.message : "ville hors d’atteinte."}`);
  }
}

async function failed(error, asked, stays) {
  checked = null;
  const lost = waitingOnes().length + openOnes().length;
  if (error instanceof Refused && error.status === 401) {
    leave();
    const lines = [error.message, ...(lost ? [`Ce qui attendait est effacé : ${lost} contrôle(s), à refaire.`] : [])];
    return render(asked.plate.toUpperCase(), { colour: "grey", words: "Demande non comprise", lines });
  }
  const offline = error instanceof Refused ? null : await fromCopy(asked.sector, asked.plate, new Date());
  if (!stays()) return;
  if (offline && !offline.refused) {
    keepWaiting({ ...asked, at: offline.at, known_at: offline.at });
    tellCellar();
    render(asked.plate.toUpperCase(), offlineVerdict(offline));
  }
  else if (error instanceof Refused) render(asked.plate.toUpperCase(), { colour: "grey", words: "Demande non comprise", lines: [error.message] });
  else render(asked.plate.toUpperCase(), { colour: "grey", words: "Ville hors d’atteinte", lines: [...(offline ? [offline.refused] : []), "Ne pas conclure. Contrôlez à nouveau plus tard."] });
}

const hour = (text) => new Date(text).toLocaleString("fr-FR", PARIS);
const minute = (text) => `${new Date(text).toLocaleDateString("fr-FR", DAY)} à ${hour(text)}`;

function verdict(told) {
  const lines = [completeness(told)];
  const payers = told.possible_payers.map(({ right }) => `${right.plate} jusqu’au ${minute(right.end)}`);
  if (told.allowed) return { colour: "green", words: ALLOWED[told.because] ?? "Peut rester ici", until: told.until, lines, payers };
  if (told.just_expired) lines.unshift(`Dernier ticket fini le ${minute(told.just_expired.end)}.`);
  if (told.conclusive) return { colour: "red", words: "Aucun droit connu", lines, payers };
  if (told.conclusive_from) lines.unshift(`On pourra conclure au plus tôt à ${hour(told.conclusive_from)}.`);
  return { colour: "grey", words: "Ne pas conclure", lines, payers };
}

function offlineVerdict({ allowed, because, until, copiedAt, verified }) {
  const signed = verified ? "Signature de la ville vérifiée." : "Signature non vérifiée : ce navigateur ne sait pas le faire.";
  const lines = [`Hors ligne : d’après la copie du ${minute(copiedAt)}. Ne permet pas de conclure ; à contrôler de nouveau.`, signed];
  return allowed ? { colour: "green", words: ALLOWED[because], until, lines } : { colour: "grey", words: "Ne pas conclure", lines };
}

function completeness({ complete_until: complete, silent, elsewhere }) {
  const known = complete ? `Données complètes jusqu’au ${minute(complete)}.` : "On ne sait pas jusqu’à quand les données sont complètes.";
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
  if (until) parts.push(element("p", `jusqu’au ${minute(until)}`, "until"));
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
  const seen = Object.fromEntries(["vehicle", "make", "place"].map((name) => [name, by(name).value.trim()]));
  session.setItem("place", seen.place);
  const button = event.submitter ?? by("propose").querySelector("button");
  await send(button, { answer: checked, seen: { ...seen, photos } });
}

/** Asks for the notice of a control; what must wait stands among those to be taken up again, as it was said. */
async function send(button, { answer, seen }) {
  button.disabled = true;
  const stays = sameSession();
  try {
    const { status, told } = await call("POST", "notices", { check: answer.id, agent: session.getItem("agent"), ...seen });
    if (!stays()) return;
    say(`${answer.plate} : ${status === 202 ? notYet(told) : `FPS ${told.number}, clé ${told.key}`}${otherClass(told.register_class)}`);
    if (status === 202) keepOpen({ answer, seen, from: told.conclusive_from });
    else settle(answer.id);
  } catch (error) {
    if (!stays()) return;
    if (error instanceof Refused && error.fields.includes("check")) settle(answer.id); // no notice of it ever
    say(`${answer.plate} : ${error instanceof Refused ? error.message : "ville hors d’atteinte, rien n’a été enregistré."}`);
  } finally {
    button.disabled = false;
    listOpen();
  }
}

/** Proposals that wait, and controls made offline that the city refused: each is taken up again by one key. */
function listOpen() {
  const items = openOnes().map((each) => {
    const item = element("li", "");
    const again = element("button", each.seen ? `Redemander ${each.answer.plate}` : `Reprendre ${each.answer.plate}`);
    again.type = "button";
    again.addEventListener("click", () => (each.seen ? send(again, each) : showAnswer(each.answer)));
    item.append(again);
    if (each.from) item.append(element("p", `à partir de ${hour(each.from)}`));
    return item;
  });
  by("open").querySelector("ul").replaceChildren(...items);
  by("open").hidden = !items.length;
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
  start();
});
by("ask").addEventListener("submit", check);
by("vehicle").addEventListener("change", compareClass);
by("photos").addEventListener("change", takePhotos);
by("propose").addEventListener("submit", propose);
by("leave").addEventListener("click", askToLeave);
window.addEventListener("online", sayReviewed);
window.addEventListener("hashchange", start); // a sign-in link, opened where the page is already
start();
