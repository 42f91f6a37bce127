// Journal tab: the last entries in the page's language.

import { say, word } from "./language.js";
import { euros, hour, minute, plateShown } from "./words.js";

const FACTS = {
  started: "Mise en service",
  "generation begun": "Nouveau journal",
  "payment started": "Paiement demandé",
  "right sold": "Droit vendu",
  "given back": "Argent rendu, le droit finit",
  reversed: "Débit rendu",
  refused: "Paiement non abouti, rien n’est débité",
  "in doubt": "Paiement incertain",
  "ticket printed": "Ticket imprimé",
  "ticket failed": "Ticket non imprimé, le droit vaut",
  "alarm raised": "Alarme",
  "alarm cleared": "Fin d’alarme",
  strange: "Fait étrange",
  door: "Porte",
  "service opened": "Service ouvert",
  "service closed": "Service fermé",
  "service done": "Service",
  "pin refused": "Code refusé",
  "sales stopped": "Mise hors vente",
  "sales resumed": "Remise en vente",
  "paper changed": "Papier changé",
  "counters collected": "Compteurs relevés",
  "test sold": "Vente d’essai",
};

/** What is said of a member, around its value. */
const MEMBERS = {
  version: "version {0}",
  tariff: "tarif {0}",
  generation: "numéro {0}",
  number: "numéro {0}",
  reference: "référence {0}",
  reason: "motif : {0}",
  contactless: "sans contact : {0}",
  why: "cause : {0}",
  printer: "imprimante : {0}",
  clock: "horloge : {0}",
  open: "ouverte : {0}",
  person: "personne {0}",
  reversal: "remboursement : {0}",
};
const BARE = ["what", "action", "detail"];

/** `alarms`: the station's own words for them, by name. */
export function showJournal(list, entries, alarms) {
  list.replaceChildren(...[...entries].reverse().map((entry) => row(entry, alarms)));
}

function row(entry, alarms) {
  const { fact } = entry;
  const made = document.createElement("li");
  made.className = `fact ${String(fact.fact).replaceAll(" ", "-")}`;
  const title = document.createElement("p");
  title.innerHTML = "<b></b> <strong></strong> <time></time>";
  title.children[0].textContent = entry.seq;
  title.children[1].textContent = say(FACTS[fact.fact] ?? fact.fact);
  title.children[2].textContent = hour(entry.at);
  const details = document.createElement("p");
  details.className = "details";
  details.textContent = said(fact, alarms);
  made.append(title, details);
  return made;
}

function said({ fact, right, alarm, ...rest }, alarms) {
  const others = Object.entries(rest).flatMap(([name, value]) => member(name, value));
  return [...(right ? sold(right) : []), ...(alarm ? [say(alarms[alarm] ?? alarm)] : []), ...others].join(" · ");
}

function member(name, value) {
  if (value === null || value === "") return [];
  if (BARE.includes(name)) return [word(value)];
  if (name === "cents") return [euros(value)];
  if (typeof value === "boolean") return name in MEMBERS ? [say(MEMBERS[name], say(value ? "oui" : "non"))] : [];
  return name in MEMBERS ? [say(MEMBERS[name], word(value))] : [];
}

const sold = (right) => [
  plateShown(right.plate),
  say("zone {0}", right.zone),
  say("jusqu’à {0}", minute(right.end)),
  euros(right.cents),
  right.reference,
];
