// The city's plate check: green allowed, red no known right, grey when nothing may be concluded.

import { post } from "./desk.js";
import { minute } from "./words.js";

export function check(form, answer) {
  const fields = form.elements;
  let touched = false;
  fields.plate.addEventListener("input", () => (touched = true));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const asked = { plate: fields.plate.value.trim(), zone: Number(fields.zone.value) };
    try {
      show(answer, asked, verdict(await post("central/v1/checks", asked)));
    } catch (error) {
      const title = error.status === 422 ? "Demande non comprise" : "La ville ne répond pas";
      show(answer, asked, { colour: "grey", title, lines: [error.message] });
    }
  });
  return (plate) => {
    if (plate && !touched) fields.plate.value = plate;
  };
}

/** What is not allowed but may be incomplete is grey: the agent must not conclude. */
function verdict({ allowed, until, complete_until: complete, silent }) {
  const known = complete ? `Données complètes jusqu’à : ${minute(complete)}` : "On ne sait pas jusqu’à quand les données sont complètes.";
  if (allowed) return { colour: "green", title: "Autorisé", lines: [`jusqu’à ${minute(until)}`, known] };
  if (complete && silent.length === 0) return { colour: "red", title: "Aucun droit connu", lines: [known] };
  const quiet = silent.length ? `Sans nouvelles de : ${silent.join(", ")}` : "";
  return { colour: "grey", title: "Ne pas conclure", lines: [quiet, known] };
}

function show(answer, { plate, zone }, { colour, title, lines }) {
  answer.hidden = false;
  answer.className = `answer ${colour}`;
  const parts = [["strong", title], ["p", `${plate.toUpperCase()} · zone ${zone}`], ...lines.filter(Boolean).map((line) => ["p", line])];
  answer.replaceChildren(
    ...parts.map(([name, text]) => {
      const made = document.createElement(name);
      made.textContent = text;
      return made;
    }),
  );
}
