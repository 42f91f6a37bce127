// Entry point of the page: state from the desk goes to each part, commands go to the desk.

import { cards } from "./cards.js";
import { check } from "./check.js";
import { catalogue, live, post } from "./desk.js";
import { showJournal } from "./journal.js";
import { keypad } from "./keypad.js";
import { faults, knobs } from "./knobs.js";
import { say, translatePage } from "./language.js";
import { dim, oled } from "./oled.js";
import { plates } from "./plates.js";
import { buzzer } from "./sound.js";
import { speech } from "./speech.js";
import { tabs } from "./tabs.js";
import { terminals } from "./terminals.js";
import { ticket } from "./ticket.js";
import { Wire } from "./wire.js";

const by = (id) => document.getElementById(id);

translatePage(by("language"));
const known = await catalogue();
let real = new Set(); // devices of this computer: hands on the simulated ones would do nothing
const remark = (text) => (by("remark").textContent = text);
const command = (path, body) => post(path, body).catch((error) => remark(error.message));

const press = (key, held) => real.has("keypad") || command("api/key", held ? { key, held } : { key });
const toMachine = keypad(by("keypad"), press);
const turn = knobs(command);
const stand = terminals(by("terminals"), known.protocols, (protocol) => post("api/terminal", { protocol }));
const offer = plates(by("demo"), press, toMachine);
const deal = cards(by("cards"), by("reader"), present, toMachine);
const print = ticket(by("paper"), by("ready"), by("again"), by("held"), toMachine);
const beep = buzzer(by("mute"));
const hear = speech(by("subtitle"), by("jack"), (plugged) => command("api/headset", { plugged }));
const wire = new Wire(by("trace"), {
  lines: by("lines"),
  follow: by("follow"),
  wipe: by("wipe"),
  needle: by("needle"),
  keep: by("keep"),
});
const ask = check(by("check-form"), by("answer"));
by("phone").addEventListener("click", () => post("api/agent", {}).then(({ link }) => window.open(link)));
for (const button of document.querySelectorAll("[data-sign-in]")) {
  button.addEventListener("click", () => post("api/sign-in", { person: button.dataset.signIn }).then(({ link }) => window.open(link)));
}
by("send").addEventListener("click", () => post("api/notices", {}).then(mail));
tabs(document.querySelector("[role=tablist]"), (panel) => wire.show(panel === "wire"));

// What was clicked gives the focus back, so that Enter on the computer's keyboard is OK again.
document.addEventListener("click", (event) => {
  const focused = document.activeElement;
  if (event.detail > 0 && focused.matches("button, summary")) focused.blur();
});

/** The cards and the faults of the terminal that stands there; each has its own. */
async function layOut() {
  const there = await catalogue();
  deal(there.cards);
  faults(by("faults"), there.faults, command);
  mark();
}

async function present(name) {
  const answer = await command("api/card", { card: name });
  if (answer?.taken !== undefined) remark(answer.taken ? "" : say("Le terminal ne demande pas de carte."));
  return Boolean(answer?.taken);
}

/** Say which devices are real, and take away what would only be done to the simulated ones. */
function mark() {
  document.querySelectorAll("[data-device]").forEach((part) => {
    const isReal = real.has(part.dataset.device.replace(/ cable$/, ""));
    part.classList.toggle("real", isReal);
    part.querySelectorAll("button:not(.again), input").forEach((each) => (each.disabled = isReal));
  });
}

function show(state, changed) {
  if (changed.real) {
    real = new Set(changed.real);
    mark();
  }
  document.body.dataset.screen = state.screen;
  by("cabinet").classList.toggle("off", !state.power);
  by("lamp").setAttribute("aria-label", say(state.power ? "Sous tension" : "Hors tension"));
  if (changed.terminal_display) {
    by("terminal").textContent = changed.terminal_display.join("\n");
    remark("");
  }
  if (changed.terminal_speaks) {
    by("speaks").textContent = changed.terminal_speaks;
    layOut().then(() => turn(state));
  }
  if (changed.lines) describe(changed.lines, state.language);
  if (changed.journal) showJournal(by("entries"), changed.journal, known.alarms);
  if (changed.contrast) dim(by("oled"), changed.contrast);
  if (changed.beeps) beep(changed.beeps);
  if (changed.speech) hear(changed.speech);
  if (changed.station) name(changed.station);
  ask(state.plate);
  turn(state);
  stand(state);
  offer(state, changed);
  print(state);
}

/** What the holders of the notices that were just sent find in their mailboxes: only there stands the code that opens them. */
function mail({ sent, numbers }) {
  by("sent").textContent = say("Avis envoyés : {0}", sent);
  by("letters").prepend(...numbers.map((number) => {
    const link = Object.assign(document.createElement("a"), { href: `api/letter.pdf?number=${number}`, target: "_blank", rel: "noopener" });
    link.textContent = say("Lire la lettre n° {0}", number);
    const item = document.createElement("li");
    item.append(link);
    return item;
  }));
}

/** Which machine this is. */
function name({ station, address, zone, sector }) {
  by("place").textContent = `${station} · ${address} · ${say("zone {0}", zone)}`;
  by("check-zone").value = zone;
  by("check-sector").value = sector;
}

/** What the display says, for those who do not see it; the clock in its first line is not worth saying every minute. */
function describe(lines, language) {
  [by("oled"), by("spoken")].forEach((each) => (each.lang = language ?? ""));
  by("oled").setAttribute("aria-label", lines.join(". "));
  const spoken = lines.slice(1).join(". ");
  if (by("spoken").textContent !== spoken) by("spoken").textContent = spoken;
}

live({
  onState: show,
  onScreen: oled(by("oled")),
  onLink: (up) => {
    by("link").textContent = say(up ? "En direct" : "Connexion perdue, nouvel essai…");
    by("link").classList.toggle("lost", !up);
    if (!up) wire.forget();
  },
});
