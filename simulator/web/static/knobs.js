// Controls of the drawer: clock, mains, faults. The card terminal's are in terminals.js.

import { plural, say } from "./language.js";
import { deviceShown, moment } from "./words.js";

/** A switch for every fault, in place of those there were. */
export function faults(list, catalogue, command) {
  list.replaceChildren(...Object.entries(catalogue).map(([device, names]) => group(device, names, command)));
}

/** Returns a function that is told the state. */
export function knobs(command) {
  const by = (id) => document.getElementById(id);
  document.querySelectorAll("[data-advance]").forEach((button) => {
    button.addEventListener("click", () => command("api/clock", { advance_s: Number(button.dataset.advance) }));
  });
  by("speeds").addEventListener("click", ({ target }) => {
    if (target.dataset.speed) command("api/clock", { speed: Number(target.dataset.speed) });
  });
  by("set-clock").addEventListener("submit", (event) => {
    event.preventDefault();
    command("api/clock", { at: by("at").value });
  });
  by("power").addEventListener("change", ({ target }) => command("api/power", { on: target.checked }));
  return (state) => show(by, state);
}

function group(device, faults, command) {
  const made = document.createElement("fieldset");
  made.dataset.device = device;
  const legend = document.createElement("legend");
  legend.innerHTML = "<span></span> <em class='badge'></em>";
  legend.firstElementChild.textContent = deviceShown(device);
  legend.lastElementChild.textContent = say("réel");
  made.append(legend, ...Object.entries(faults).map(([name, says]) => fault(device, name, says, command)));
  return made;
}

function fault(device, name, says, command) {
  const label = document.createElement("label");
  label.className = "switch";
  label.innerHTML = '<input type="checkbox" role="switch"><span></span>';
  label.lastElementChild.textContent = say(says);
  const box = label.firstElementChild;
  box.dataset.fault = `${device}.${name}`;
  box.addEventListener("change", () => command("api/fault", { device, fault: name, on: box.checked }));
  return label;
}

function show(by, { now, speed, power, unsent, troubles, faults }) {
  by("now").textContent = moment(now);
  by("now").dateTime = now;
  if (!by("at").value) by("at").value = now.slice(0, 16);
  document.querySelectorAll("[data-speed]").forEach((button) => {
    button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === speed));
  });
  by("power").checked = power;
  by("unsent").textContent = unsent === null ? "–" : plural(unsent, "{0} écriture à envoyer à la ville", "{0} écritures à envoyer à la ville");
  const shown = troubles.map(({ name }) => name).join("\n");
  if (by("alarms").dataset.shown !== shown) {
    by("alarms").dataset.shown = shown;
    by("alarms").replaceChildren(...troubles.map(alarm));
  }
  document.querySelectorAll("[data-fault]").forEach((box) => {
    const [device, name] = box.dataset.fault.split(".");
    box.checked = (faults[device] ?? []).includes(name);
  });
}

/** What is wrong, what it takes from the motorist, what to do: the station's own catalogue says it. */
function alarm({ code, severity, says, remedy, effect }) {
  const made = document.createElement("li");
  made.dataset.severity = severity;
  const line = (name, text) => {
    const part = document.createElement(name);
    part.textContent = text;
    made.append(part);
  };
  line("b", code ? `${code} · ${say(says)}` : say(says));
  if (effect) line("span", say("Ventes : {0}", say(effect)));
  if (remedy) line("p", say(remedy));
  return made;
}
