// The city's plate check: green allowed, red no known right, grey when nothing may be concluded.

import { post } from "./desk.js";
import { say } from "./language.js";
import { hour, minute, plateShown } from "./words.js";

export function check(form, answer) {
  const fields = form.elements;
  let touched = false;
  fields.plate.addEventListener("input", () => (touched = true));
  const ask = async (asked) => {
    try {
      const told = await post("api/check", asked);
      show(answer, asked, verdict(told));
      if (told.conclusive_from) offerAgain(answer, () => ask({ ...asked, at: told.at }));
    } catch (error) {
      const title = say(error.status === 422 ? "Demande non comprise" : "La ville ne répond pas");
      show(answer, asked, { colour: "grey", title, lines: [error.message] });
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const sector = fields.sector.value.trim().toUpperCase();
    ask({ plate: fields.plate.value.trim(), zone: Number(fields.zone.value), sector });
  });
  return (plate) => {
    if (plate && !touched) fields.plate.value = plate;
  };
}

/** About now nobody can conclude: the same instant can be asked about again, once every station has reported after it. */
function offerAgain(answer, again) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = say("Redemander pour cet instant");
  button.addEventListener("click", again);
  answer.append(button);
}

const ALLOWED = {
  right: "Autorisé",
  register: "Autorisé sans ticket : droit inscrit au registre",
  free: "Stationnement gratuit à cette heure",
  tolerance: "Toléré : le ticket vient de finir",
};

/** What is not allowed but may be incomplete is grey: the agent must not conclude. */
function verdict(answer) {
  const lines = [...found(answer), completeness(answer)];
  if (answer.allowed) return { colour: "green", title: say(ALLOWED[answer.because]), lines };
  if (answer.conclusive) return { colour: "red", title: say("Aucun droit connu"), lines };
  const wait = "On pourra conclure pour cet instant ({0}) au plus tôt à {1}.";
  const from = say(wait, hour(answer.at), hour(answer.conclusive_from));
  return { colour: "grey", title: say("Ne pas conclure"), lines: [...lines, from] };
}

/** The right, what ended lately, and who may have paid under a neighbouring plate: that one is for a person to judge. */
function found({ until, right, just_expired: expired, possible_payers: payers }) {
  const last = expired && expired.reference !== right?.reference ? [say("dernier ticket fini : {0}", minute(expired.end))] : [];
  return [
    ...(until ? [say("jusqu’à {0}", minute(until))] : []),
    ...(right ? [say("ticket {0}", right.reference)] : []),
    ...last,
    ...payers.map(({ right: paid }) =>
      say("a peut-être payé pour {0} : {1}, fin {2}", plateShown(paid.plate), paid.reference, minute(paid.end)),
    ),
  ];
}

function completeness({ complete_until: complete, silent, elsewhere }) {
  const far = elsewhere.silent ? say(" ; {0} ailleurs dans la zone", elsewhere.silent) : "";
  const here = silent.join(", ") || say("aucune ici");
  const quiet = silent.length || far ? say(" Sans nouvelles de : {0}{1}.", here, far) : "";
  const known = complete
    ? say("Données complètes jusqu’à : {0}.", minute(complete))
    : say("On ne sait pas jusqu’à quand les données sont complètes.");
  return known + quiet;
}

function show(answer, { plate, zone, sector }, { colour, title, lines }) {
  answer.hidden = false;
  answer.className = `answer ${colour}`;
  const place = say("{0} · zone {1} · secteur {2}", plateShown(plate.toUpperCase()), zone, sector);
  const parts = [["strong", title], ["p", place], ...lines.map((line) => ["p", line])];
  answer.replaceChildren(
    ...parts.map(([name, text]) => {
      const made = document.createElement(name);
      made.textContent = text;
      return made;
    }),
  );
}
