// The keypad: drawn as on the panel, pressed by mouse, finger, or the computer's own keyboard.

import { say } from "./language.js";
import { roving } from "./roving.js";

const ROWS = ["1234567890", "AZERTYUIOP", "QSDFGHJKLM", "WXCVBN"];
const RAISED = new Set(["5", "F", "J"]);
const FUNCTIONS = {
  INFO: ["i", "Information"],
  LANG: ["⚑", "Langue"],
  MINUS: ["−", "Moins"],
  PLUS: ["+", "Plus"],
  MAX: ["MAX", "MAX, maximum"],
  CANCEL: ["✖", "Annuler"],
  OK: ["✔", "OK, valider"],
};
const TYPED = {
  Enter: "OK",
  Escape: "CANCEL",
  Backspace: "CORRECT",
  "+": "PLUS",
  "-": "MINUS",
  "−": "MINUS",
  PageUp: "MAX",
  End: "MAX",
  F1: "INFO",
  F2: "LANG",
};
const HOLD_MS = 700;

/** Fill `panel` with keys; `press(key, held)` is called once for every key. Returns what gives the focus back to them. */
export function keypad(panel, press) {
  panel.append(letters(), functions());
  const fingers = new Fingers(press, (key, down) => button(panel, key)?.classList.toggle("down", down));
  withPointer(panel, fingers, press);
  withKeyboard(fingers);
  const ok = button(panel, "OK");
  roving(panel)(ok);
  return () => ok.focus();
}

/** Keys under a finger. CORRECT waits to know whether it is held; every other key speaks as it goes down. */
class Fingers {
  constructor(press, show) {
    this.press = press;
    this.show = show;
    this.holdTimer = null;
  }

  down(key) {
    this.show(key, true);
    if (key !== "CORRECT") return this.press(key, false);
    this.holdTimer ??= setTimeout(() => {
      this.holdTimer = null;
      this.press(key, true);
    }, HOLD_MS);
    return undefined;
  }

  up(key) {
    this.show(key, false);
    if (key !== "CORRECT" || this.holdTimer === null) return;
    clearTimeout(this.holdTimer);
    this.holdTimer = null;
    this.press(key, false);
  }
}

function withPointer(panel, fingers, press) {
  panel.addEventListener("pointerdown", (event) => {
    const key = event.target.closest("[data-key]")?.dataset.key;
    if (!key || event.button !== 0) return;
    event.preventDefault(); // the key takes no focus: the computer's Enter stays OK
    fingers.down(key);
    const lift = ({ pointerId }) => {
      if (pointerId !== event.pointerId) return;
      fingers.up(key);
      ["pointerup", "pointercancel"].forEach((name) => window.removeEventListener(name, lift));
    };
    ["pointerup", "pointercancel"].forEach((name) => window.addEventListener(name, lift));
  });
  panel.addEventListener("mousedown", (event) => event.preventDefault());
  panel.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]")?.dataset.key;
    if (key && event.detail === 0) press(key, false); // Space, Enter or a screen reader on a focused key
  });
}

function withKeyboard(fingers) {
  const held = new Map();
  window.addEventListener("keydown", (event) => {
    const key = meant(event);
    if (!key) return;
    event.preventDefault();
    if (event.repeat || held.has(event.code)) return;
    held.set(event.code, key);
    fingers.down(key);
  });
  const lift = (code) => {
    if (held.has(code)) fingers.up(held.get(code));
    held.delete(code);
  };
  window.addEventListener("keyup", (event) => lift(event.code));
  window.addEventListener("blur", () => [...held.keys()].forEach(lift));
}

/** The panel's key the computer's key stands for, or nothing while it is wanted elsewhere. */
function meant(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || elsewhere(event)) return undefined;
  if (event.key === "Enter" && event.target.dataset?.key) return event.target.dataset.key; // held down it is still one press
  const digit = /^Digit(\d)$/.exec(event.code)?.[1]; // the upper row of an AZERTY keyboard gives digits without Shift too
  if (digit && event.key !== "+") return digit;
  return TYPED[event.key] ?? (/^[a-z0-9]$/i.test(event.key) ? event.key.toUpperCase() : undefined);
}

function elsewhere(event) {
  if (document.querySelector("dialog[open]")) return true;
  if (event.target.closest("textarea, select, input:not([type=checkbox])")) return true;
  return event.target.closest("button:not([data-key]), a, summary") !== null && event.key === "Enter";
}

function letters() {
  const block = element("div", "letters");
  const legend = element("h2", "legend");
  legend.innerHTML = '<span class="step">1</span> <span></span> <em class="badge"></em>';
  legend.children[1].textContent = say("Plaque, puis durée");
  legend.lastElementChild.textContent = say("réel");
  block.append(legend);
  ROWS.forEach((row, at) => {
    const line = element("div", `line line-${at + 1}`);
    line.append(...[...row].map((key) => letter(key)));
    if (row.startsWith("W")) line.append(keyButton("CORRECT", `← <small>${say("Corriger")}</small>`, say("touche {0}", say("corriger"))));
    block.append(line);
  });
  return block;
}

function letter(key) {
  const made = keyButton(key, key, say("touche {0}", key));
  made.classList.toggle("raised", RAISED.has(key));
  return made;
}

function functions() {
  const block = element("div", "functions");
  block.append(...Object.entries(FUNCTIONS).map(([key, [cap, name]]) => keyButton(key, cap, say("touche {0}", say(name)))));
  return block;
}

function keyButton(key, cap, label) {
  const made = element("button", `key key-${key.toLowerCase()}`);
  made.type = "button";
  made.dataset.key = key;
  made.setAttribute("aria-label", label);
  made.innerHTML = `<span>${cap}</span>`;
  return made;
}

function element(name, classes) {
  const made = document.createElement(name);
  made.className = classes;
  return made;
}

const button = (panel, key) => panel.querySelector(`[data-key="${key}"]`);
