// An examiner's page: appeals by deadline, one with its notice and what its plate holds, its decision.

import { caller, Refused, saver, takeLink } from "../shared/city.js";

const by = (id) => document.getElementById(id);
const session = window.sessionStorage;
const PARIS = { timeZone: "Europe/Paris", day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit" };
const SOON_DAYS = 7;
const STATES = {
  received: "reçu",
  "documents asked for": "pièces demandées",
  accepted: "accepté",
  "accepted in part": "accepté en partie",
  refused: "rejeté",
  inadmissible: "irrecevable",
  "refused by silence": "rejeté par silence",
  "documents supplied": "pièces reçues",
};
const DOCUMENTS = {
  notice: "Avis de paiement",
  "registration certificate": "Certificat d’immatriculation",
  "transfer declaration": "Déclaration de cession",
  "transfer acknowledgement": "Accusé d’enregistrement de la cession",
  mandate: "Mandat",
  other: "Autre pièce",
};
const GROUNDS = {
  late: "Hors délai",
  "not by registered letter": "Ni en ligne, ni par lettre recommandée",
  "no statement of facts and grounds": "Sans exposé des faits et moyens",
  "no copy of the notice": "Sans copie de l’avis",
  "no registration certificate": "Sans certificat d’immatriculation",
  "no mandate": "Sans mandat",
  "appellant not concerned": "Personne non concernée",
  "several notices in one appeal": "Plusieurs avis à la fois",
};
const WAYS = { online: "en ligne", "registered letter": "lettre recommandée", letter: "lettre simple" };
const HOLDINGS = { resident: "Résident", pro_sedentary: "Professionnel sédentaire", pro_mobile: "Professionnel mobile", pro_public: "Service public", low_emission: "Basse émission", cmi_s: "CMI-S" };
const ALWAYS = ["appellant not concerned", "several notices in one appeal"];
const OPEN = ["received", "documents asked for"];
let shown = null;
let last = 0;

const call = caller("examiner-token");
const save = saver("examiner-token");

const minute = (text) => new Date(text).toLocaleString("fr-FR", PARIS);
const day = (text) => text.split("-").reverse().join("/");
const euros = (cents) => `${(cents / 100).toFixed(2).replace(".", ",")} €`;

function element(name, text, kind = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function say(words) {
  by("outcome-said").textContent = words;
  by("outcome-said").hidden = !words;
}

function failed(error) {
  if (error instanceof Refused && error.status === 401) leave();
  say(error instanceof Refused ? error.message : "Ville hors d’atteinte : rien n’a été enregistré.");
}

function leave() {
  session.removeItem("examiner-token");
  by("waiting").hidden = by("appeal").hidden = by("who").hidden = true;
  by("sign-in").hidden = false;
  by("token").focus();
}

function signInByLink() {
  const given = takeLink().get("token");
  if (given) session.setItem("examiner-token", given);
}

async function list(after = 0) {
  if (!session.getItem("examiner-token")) return leave();
  try {
    const { told: found } = await call("GET", `appeals?limit=50&after=${after}`);
    by("sign-in").hidden = by("appeal").hidden = true;
    by("waiting").hidden = by("who").hidden = false;
    if (!after) by("list").replaceChildren();
    by("list").append(...found.map(line));
    last = found.at(-1)?.id ?? last;
    by("more").hidden = found.length < 50;
    const count = by("list").childElementCount;
    by("count").textContent = count ? `${count} recours, le plus urgent d’abord` : "Aucun recours n’attend.";
  } catch (error) {
    failed(error);
  }
}

function line(appeal) {
  const left = appeal.days_left;
  const button = element("button", "", left <= SOON_DAYS ? "near" : "");
  button.type = "button";
  const missing = appeal.missing ? `, ${appeal.missing} pièce(s) manquante(s)` : "";
  button.append(
    element("strong", `Avant le ${day(appeal.decide_until)}${left >= 0 ? ` (${left} j)` : ""}`),
    element("span", `${appeal.plate} · ${STATES[appeal.state]}${missing}`),
    element("small", `avis ${appeal.number}, ${WAYS[appeal.way]}`),
  );
  button.addEventListener("click", () => open(appeal.id));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

async function open(id) {
  say("");
  try {
    shown = (await call("GET", `appeals/${id}`)).told;
    render(shown);
  } catch (error) {
    failed(error);
  }
}

function render(appeal) {
  by("waiting").hidden = true;
  by("appeal").hidden = false;
  by("appeal-title").textContent = `Recours ${appeal.id} : ${STATES[appeal.state]}`;
  by("deadline").textContent = `Reçu le ${minute(appeal.received_at)} (${WAYS[appeal.way]}) ; décision jusqu’au ${day(appeal.decide_until)}, ensuite le silence vaut rejet.`;
  by("statement").textContent = appeal.statement || "(aucun)";
  by("notice").replaceChildren(...facts(appeal.notice).flatMap(([name, value]) => [element("dt", name), element("dd", value)]));
  by("corrective").hidden = !appeal.notice.corrective_number;
  const held = [...appeal.holdings.map(holding), ...appeal.requests.map(cardRequest)];
  by("holdings").replaceChildren(...(held.length ? held : [element("li", "Aucun droit inscrit depuis le contrôle, aucune demande de carte.")]));
  by("documents").replaceChildren(...appeal.documents.map(listed), ...appeal.missing.map((kind) => element("li", `Manque : ${DOCUMENTS[kind]}`, "missing")));
  by("history").replaceChildren(...appeal.earlier.map(earlier), element("li", `${minute(appeal.received_at)} : reçu`), ...appeal.history.map(happened));
  showForms(appeal);
  by("appeal-title").focus();
}

function facts(notice) {
  return [
    ["Numéro", notice.number],
    ...(notice.corrective_number ? [["Avis rectificatif", notice.corrective_number]] : []),
    ["Plaque", notice.plate],
    ["Contrôle", `${minute(notice.control_at)}, ${notice.place ?? `secteur ${notice.sector}`}, zone ${notice.zone}`],
    ["Agent", notice.agent],
    ...(notice.register_class ? [["Catégorie du dernier ticket", `${notice.register_class}, et non ${notice.vehicle}`]] : []),
    ["Dû", euros(notice.due_cents)],
    ["Ticket déduit", notice.receipt_cents ? `${euros(notice.receipt_cents)}, ${minute(notice.receipt_at)}` : "aucun"],
    ["Payé", euros(notice.paid_cents)],
    ["Notifié", notice.notified_on ? day(notice.notified_on) : "non"],
    ["Droit trouvé depuis", notice.cancellation_proposed ? "oui : annulation proposée" : "non"],
  ];
}

function cardRequest(each) {
  const item = element("li", `Demande de carte ${each.number} (${each.product}) déposée le ${minute(each.submitted_at)} : ${each.status}`);
  if (each.pending_at_control) item.append(" ", element("strong", "en cours lors du contrôle"));
  return item;
}

/** Something the plate holds. */
function holding(each) {
  const until = each.valid_until ? ` au ${minute(each.valid_until)}` : "";
  const where = each.sectors.length ? ` (${each.sectors.join(", ")})` : "";
  const item = element("li", `${HOLDINGS[each.holding] ?? each.holding}${where}, du ${minute(each.valid_from)}${until}, connu depuis le ${minute(each.known_from)}`);
  if (each.after_control) item.append(element("div", "Arrivé après le contrôle : la demande était-elle en cours ?", "after"));
  return item;
}

/** What somebody filed before: not examined any more, and not forgotten. */
function earlier(each) {
  const way = `${WAYS[each.way]}${each.coded ? ", avec le code de l’avis" : ""}`;
  const ground = each.ground ? `, ${GROUNDS[each.ground]}` : "";
  return element("li", `${minute(each.received_at)} : recours précédent (${way}), ${STATES[each.state]}${ground} : ${each.statement || "sans exposé"}`);
}

const listed = (each) => element("li", `${DOCUMENTS[each.kind]} : ${each.name}, ${Math.ceil(each.size / 1000)} ko, SHA-256 ${each.sha256}`);

function happened(each) {
  const amount = each.due_cents ? `, ${euros(each.due_cents)}` : "";
  const until = each.until ? `, jusqu’au ${day(each.until)}` : "";
  return element("li", `${minute(each.at)} : ${STATES[each.what]}${amount}${until}${each.ground ? `, ${GROUNDS[each.ground]}` : ""}${each.reason ? ` : ${each.reason}` : ""}`);
}

function showForms(appeal) {
  const waits = OPEN.includes(appeal.state);
  by("ask").hidden = !(waits && appeal.missing.length);
  by("until").max = appeal.decide_until;
  by("barred").hidden = appeal.may_decide;
  by("decide").hidden = !(appeal.may_decide && (waits || appeal.state === "refused by silence"));
  for (const name of ["refused", "inadmissible"]) by("outcome").querySelector(`[value="${name}"]`).disabled = !waits;
  by("ground").replaceChildren(...[...appeal.grounds, ...ALWAYS].map((each) => new Option(GROUNDS[each], each)));
  by("decide").reset();
  choose();
}

function choose() {
  const outcome = by("outcome").value;
  by("amount").hidden = outcome !== "accepted in part";
  by("euros").required = !by("amount").hidden;
  by("why").hidden = outcome !== "inadmissible";
}

/** Cents of `37`, `37,50` or `37.50`, without a fraction on the way. */
function centsOf(text) {
  const [whole, part = "00"] = text.trim().split(/[.,]/);
  return Number(whole) * 100 + Number(part);
}

async function decide(event) {
  event.preventDefault();
  const outcome = by("outcome").value;
  const body = { outcome, reason: by("reason").value.trim() };
  if (outcome === "accepted in part") body.due_cents = centsOf(by("euros").value);
  if (outcome === "inadmissible") body.ground = by("ground").value;
  await act(event, "decision", body, (told) => `Décision enregistrée : recours ${told.id} ${STATES[told.state]}.`);
}

async function ask(event) {
  event.preventDefault();
  await act(event, "requests", { until: by("until").value }, () => "Les pièces sont demandées.");
}

async function act(event, what, body, words) {
  const button = event.target.querySelector("button:last-of-type");
  button.disabled = true;
  try {
    const { told } = await call("POST", `appeals/${shown.id}/${what}`, body);
    await open(shown.id);
    say(words(told));
  } catch (error) {
    failed(error);
  } finally {
    button.disabled = false;
  }
}

by("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  session.setItem("examiner-token", by("token").value.trim());
  by("token").value = "";
  say("");
  list();
});
by("more").addEventListener("click", () => list(last));
by("back").addEventListener("click", () => { say(""); list(); });
by("outcome").addEventListener("change", choose);
for (const button of document.querySelectorAll("[data-file]")) {
  const { file, ending = "" } = button.dataset;
  button.addEventListener("click", () => save(`appeals/${shown.id}/${file}`, `recours-${shown.id}-${file}${ending}`).catch(failed));
}
by("decide").addEventListener("submit", decide);
by("ask").addEventListener("submit", ask);
by("leave").addEventListener("click", leave);
signInByLink();
list();
