// Which card terminal stands there: one button for each protocol, and what it can do.

import { say } from "./language.js";

const CAN = {
  nexo: "Se laisse interroger, interrompre et rembourser : un paiement coupé retrouve sa fin.",
  "caisse-ap": "Sur le réseau, une connexion par paiement. Sans réponse, personne ne sait : le paiement reste incertain.",
  concert: "Sur un port série. Sans réponse, le paiement reste incertain ; une réponse tardive compte.",
};
const SWITCHING = "En changer redémarre l’horodateur ; ce n’est pas possible pendant un paiement.";
const REFUSED = "Un paiement est en cours : attendez sa fin, puis changez de terminal.";

/** `protocols`: name -> as people call it, none where the terminal is a real one. Returns a function that is told the state. */
export function terminals(row, protocols, deliver) {
  const [buttons, says, done] = ["#protocols", "#terminals-says", "#terminals-done"].map((each) => row.querySelector(each));
  row.hidden = Object.keys(protocols).length === 0;
  buttons.append(...Object.entries(protocols).map(([protocol, name]) => button(protocol, name)));
  buttons.addEventListener("click", async ({ target: { dataset } }) => {
    if (!dataset.protocol) return;
    done.textContent = "";
    done.textContent = await outcome(deliver(dataset.protocol), protocols[dataset.protocol]);
  });
  return ({ protocol: stands }) => {
    [...buttons.children].forEach((each) => each.setAttribute("aria-pressed", String(each.dataset.protocol === stands)));
    const text = `${say(CAN[stands] ?? "")} ${say(SWITCHING)}`;
    if (says.textContent !== text) says.textContent = text;
  };
}

async function outcome(delivered, name) {
  try {
    await delivered;
    return say("{0} est en place, l’horodateur a redémarré.", name);
  } catch (error) {
    return error.status === 409 ? say(REFUSED) : error.message;
  }
}

function button(protocol, name) {
  const made = document.createElement("button");
  made.type = "button";
  made.dataset.protocol = protocol;
  made.textContent = name;
  made.setAttribute("aria-pressed", "false");
  return made;
}
