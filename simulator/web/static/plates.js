// Demonstration plates: a click types one on the machine's keys.

import { say } from "./language.js";

const TYPING = ["idle", "resting", "plate"];

/** `press(key, held)` is a finger on a key; `done()` is called once a plate is typed. Returns a function that is told the state, and what of it changed. */
export function plates(section, press, done) {
  let last = {};
  section.addEventListener("click", ({ target }) => {
    const plate = target.closest("[data-plate]")?.dataset.plate;
    if (!plate) return;
    type(plate, last, press);
    done();
  });
  return (state, changed) => {
    last = state;
    if (changed.demo_plates) {
      section.hidden = changed.demo_plates.length === 0;
      section.querySelector("ul").replaceChildren(...changed.demo_plates.map(row));
    }
    section.querySelectorAll("button").forEach((button) => (button.disabled = !TYPING.includes(state.screen)));
  };
}

/** What was typed before is wiped first, as a held CORRECT does. */
function type(plate, { screen, plate: typed }, press) {
  if (screen === "plate" && typed) press("CORRECT", true);
  [...plate].filter((character) => /[A-Z0-9]/.test(character)).forEach((key) => press(key, false));
}

function row({ plate, says }) {
  const made = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plate";
  button.dataset.plate = plate;
  button.textContent = plate;
  button.setAttribute("aria-label", say("taper {0}", plate));
  const words = document.createElement("span");
  words.textContent = say(says);
  made.append(button, words);
  return made;
}
