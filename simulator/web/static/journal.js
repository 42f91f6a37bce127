// Journal tab: the last entries in French.

import { euros, hour, minute, plateShown } from "./words.js";

const FACTS = {
  started: "Mise en service",
  "payment started": "Paiement demandé",
  "right sold": "Droit vendu",
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

const MEMBERS = {
  version: "version",
  tariff: "tarif",
  reference: "référence",
  reason: "motif :",
  contactless: "sans contact :",
  why: "cause :",
  printer: "imprimante :",
  alarm: "",
  what: "",
  clock: "horloge :",
  open: "ouverte :",
  person: "personne",
  action: "",
  detail: "",
  number: "numéro",
};

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
  title.children[1].textContent = FACTS[fact.fact] ?? fact.fact;
  title.children[2].textContent = hour(entry.at);
  const details = document.createElement("p");
  details.className = "details";
  details.textContent = said(fact, alarms);
  made.append(title, details);
  return made;
}

function said({ fact, right, ...rest }, alarms) {
  const others = Object.entries(rest.alarm ? { alarm: alarms[rest.alarm] ?? rest.alarm } : rest)
    .filter(([name, value]) => name in MEMBERS && value !== null)
    .map(([name, value]) => `${MEMBERS[name]} ${{ true: "oui", false: "non" }[value] ?? value}`.trim());
  return [...(right ? sold(right) : []), ...others].join(" · ");
}

const sold = (right) => [plateShown(right.plate), `zone ${right.zone}`, `jusqu’à ${minute(right.end)}`, euros(right.cents), right.reference];
