// Files an appeal, or documents that were asked for: the files stay here, their name, size and SHA-256 are sent.

import { sumOf } from "../../shared/sums.js";

const by = (id) => document.getElementById(id);
const forms = ["appeal", "supply"].map(by).filter(Boolean);
const { number, plate, code } = by("appeals").dataset;
const FIELDS = {
  at: "Le délai d’un mois est passé.",
  number: "Un recours a déjà été déposé contre cet avis, ou il n’est plus dû. S’il n’est pas le vôtre, écrivez par lettre recommandée.",
  statement: "L’exposé manque, est trop long, ou contient du code HTML.",
  resident: "Dites si vous habitez Paris.",
  state: "Le recours est déjà décidé.",
};

/** What one field of a refusal means to whoever reads it. */
function told({ field, reason }) {
  if (!field.startsWith("documents")) return FIELDS[field] ?? `${field} : ${reason}`;
  if (field.endsWith(".size")) return "Une pièce est vide, ou dépasse 20 Mo.";
  return field.endsWith(".name") ? "Le nom d’un fichier n’est pas accepté : renommez-le." : "Vingt pièces au plus.";
}

async function listed(file, kind) {
  return { kind, name: file.name.normalize("NFC"), size: file.size, sha256: await sumOf(file) };
}

async function documents(form) {
  const chosen = [...form.querySelectorAll("[data-kind]")].flatMap((input) => [...input.files].map((file) => [file, input.dataset.kind]));
  const large = chosen.find(([file]) => file.size > 20_000_000);
  if (large) throw new Error(`${large[0].name} dépasse 20 Mo.`); // not read into memory for its sum
  return Promise.all(chosen.map(([file, kind]) => listed(file, kind)));
}

async function body(form) {
  const said = new FormData(form);
  const proof = { plate, code, documents: await documents(form) };
  if (form.id === "supply") return proof;
  return { ...proof, appellant: said.get("appellant"), resident: said.get("resident") === "yes", statement: said.get("statement").trim() };
}

async function send(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const path = `v1/public/notices/${number}/appeals${form.id === "supply" ? "/documents" : ""}`;
    const sent = await body(form);
    const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(sent) });
    const found = await answer.json().catch(() => ({}));
    if (answer.ok) return done(found, sent);
    if (answer.status === 404) return say("Numéro, immatriculation ou code : l’un des trois n’est pas celui de l’avis.");
    if (answer.status === 429) return say("Trop de demandes : réessayez dans une minute.");
    say((found.errors ?? []).map(told).join(" ") || "Rien n’a été enregistré.");
  } catch (error) {
    say(error instanceof TypeError ? "La ville est hors d’atteinte : rien n’a été enregistré." : error.message);
  } finally {
    button.disabled = false;
  }
}

const day = (text) => text.split("-").reverse().join("/");

function done(appeal, sent) {
  for (const form of forms) form.hidden = true;
  const missing = appeal.missing.length ? " Des pièces manquent : rechargez cette page pour les ajouter." : "";
  say(`Accusé de réception : recours n° ${appeal.id}, reçu. Réponse au plus tard le ${day(appeal.decide_until)} ; sans réponse, il est rejeté.${missing}`);
  if (!sent.statement) return;
  by("copy").textContent = `Votre exposé, à conserver :\n\n${sent.statement}`;
  by("copy").hidden = false;
}

function say(words) {
  by("outcome").textContent = words;
  by("outcome").hidden = false;
  by("outcome").scrollIntoView({ block: "nearest" });
}

for (const form of forms) {
  form.addEventListener("submit", send);
  form.hidden = false;
}
