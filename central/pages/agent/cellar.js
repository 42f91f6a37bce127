// Says what holds where there is no network: for which sectors this page answers there, and whether it may be closed.

import { keepPage } from "./kept_page.js";
import { copiesAt } from "./offline.js";
import { waitingOnes } from "./waiting.js";

const HOUR = { timeZone: "Europe/Paris", hour: "2-digit", minute: "2-digit" };
const MINUTE_MS = 60_000;
const line = document.getElementById("cellar");
let pageKept = null; // not known yet
let coming = 0;

/** Say it to who is signed in, now and each minute. */
export async function tellCellar() {
  const copies = await copiesAt(Date.now());
  line.hidden = !sessionStorage.getItem("token");
  const warning = warningOf(copies);
  const strong = document.createElement("strong");
  strong.textContent = warning;
  line.className = warning ? "warning" : "";
  const rest = [told(copies), waited(waitingOnes().length)].filter(Boolean).join(" ");
  line.replaceChildren(...(warning ? [strong, " "] : []), rest);
}

/** Say so while a copy is on its way, and what came of it. */
export async function tellComing(copy) {
  coming += 1;
  tellCellar();
  await copy.catch(() => {}); // the next control asks for it again
  coming -= 1;
  await tellCellar();
}

function warningOf(copies) {
  if (!window.isSecureContext) return "Ouverte sans https, cette page ne répond pas en sous-sol : ne l’y fermez pas, elle ne s’y rouvrirait pas.";
  if (pageKept === false) return "Ne fermez pas cette page en sous-sol : sans réseau, ce téléphone ne la rouvrirait pas.";
  return !coming && copies.some(({ kept }) => !kept) ? "Ne fermez pas cette page en sous-sol : ce téléphone ne garde pas la copie." : "";
}

function told(copies) {
  if (!window.isSecureContext) return "";
  if (!copies.length && coming) return "La copie du secteur arrive : attendez-la avant un sous-sol.";
  if (!copies.length) return "Avant un sous-sol, contrôlez une plaque : cette page répondra quatre heures pour son secteur.";
  return `Répond sans réseau : ${copies.map(({ sector, until }) => `secteur ${sector} jusqu’à ${hour(until)}`).join(", ")}.`;
}

const waited = (number) => (number ? `Avec du réseau, la ville reverra ${number} contrôle${number > 1 ? "s" : ""}.` : "");
const hour = (text) => new Date(text).toLocaleString("fr-FR", HOUR);

setInterval(tellCellar, MINUTE_MS);
keepPage().then((kept) => {
  pageKept = kept;
  return tellCellar();
});
