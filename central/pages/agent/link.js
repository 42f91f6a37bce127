// Sign-in links: taken at once where nobody is signed in; over somebody only once that person has read what would go.

import { takeLink } from "../shared/city.js";

const by = (id) => document.getElementById(id);
const session = window.sessionStorage;
const PLACE = ["sector", "zone"];
const WHO = ["token", "agent", "key"];
const NO_TOKEN = "Ce lien ne porte pas de jeton : il n’ouvre rien et ne change ni l’agent, ni la clé de la ville.";
const STAY = "Si vous ne l’attendiez pas, restez.";
const OTHER_AGENT = "Ce lien est celui d’un autre agent. L’ouvrir efface de ce téléphone la copie gardée et ce qui attend.";
const OTHER_KEY = `Ce lien donne une autre clé de la ville. L’ouvrir efface la copie gardée, que l’autre clé ne vérifie pas. ${STAY}`;
const OTHER_TOKEN = `Ce lien ouvre une autre session. L’ouvrir efface la copie gardée pour un sous-sol. ${STAY}`;

/**
 * Read the link in the address. `leave`: the session that is there, for another agent; `start`: again, once the agent took a
 * link that the page asked about; `say`: why a link opens nothing.
 */
export function signInByLink({ leave, start, say }) {
  const given = takeLink();
  by("other").hidden = true;
  const change = changeOf(given);
  if (!given.get("token")) {
    take(given, PLACE);
    if (WHO.some((name) => given.get(name))) say(NO_TOKEN); // a key by itself would make the copy one that nobody signed
  } else if (!change) take(given, [...WHO, ...PLACE]);
  else ask(change, () => {
    if (isOther(given, "agent")) leave(); // who did not
    take(given, [...WHO, ...PLACE]);
    start();
  });
}

/** What a link would change for whoever is signed in; nothing for the same link once more. */
function changeOf(given) {
  if (!session.getItem("token") || !session.getItem("agent")) return null;
  if (isOther(given, "agent")) return OTHER_AGENT;
  if (isOther(given, "key")) return OTHER_KEY;
  return isOther(given, "token") ? OTHER_TOKEN : null;
}

const isOther = (given, name) => Boolean(given.get(name) && session.getItem(name) && given.get(name) !== session.getItem(name));

function take(given, names) {
  for (const name of names) if (given.get(name)) session.setItem(name, given.get(name));
  for (const name of PLACE) if (session.getItem(name)) by(name).value = session.getItem(name);
}

function ask(change, accept) {
  by("other").querySelector("p").textContent = change;
  by("other").hidden = false;
  by("open-other").onclick = accept;
  by("stay").onclick = () => {
    by("other").hidden = true;
    by("plate").focus();
  };
}
