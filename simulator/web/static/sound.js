// The buzzer: its pitch is its own, so beeps tell apart by how many and how long they are.

import { say } from "./language.js";

const HERTZ = 2300;
const LOUD = 0.05;
const BETWEEN_S = 0.08;
const MOST = 2;

/** Returns a function that is told the beeps so far; silent until a first gesture, as browsers want it. */
export function buzzer(mute) {
  let context = null;
  let counted = null;
  let silent = false;
  ["pointerdown", "keydown"].forEach((name) => window.addEventListener(name, () => (context ??= new AudioContext()), { once: true }));
  mute.addEventListener("click", () => {
    silent = !silent;
    mute.textContent = say(silent ? "Son : non" : "Son : oui");
  });
  return ({ count, seconds }) => {
    const fresh = Math.min(count - (counted ?? count), MOST);
    counted = count;
    if (!context || silent) return;
    for (let beep = 0; beep < fresh; beep += 1) sound(context, beep * (seconds + BETWEEN_S), seconds);
  };
}

function sound(context, after, seconds) {
  const [pitch, gain] = [context.createOscillator(), context.createGain()];
  const start = context.currentTime + after;
  pitch.type = "square";
  pitch.frequency.value = HERTZ;
  gain.gain.value = LOUD;
  pitch.connect(gain).connect(context.destination);
  pitch.start(start);
  pitch.stop(start + seconds);
}
