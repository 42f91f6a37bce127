// The buzzer: one short beep accepts, two low ones ignore, a long one warns.

const TONES = {
  accepted: [[2400, 0, 0.06]],
  ignored: [[420, 0, 0.11], [420, 0.17, 0.11]],
  warning: [[1000, 0, 0.6]],
};
const LOUD = 0.05;

/** Returns a function that is told the beeps so far; silent until a first gesture, as browsers want it. */
export function buzzer(mute) {
  let context = null;
  let heard = null;
  let silent = false;
  ["pointerdown", "keydown"].forEach((name) => window.addEventListener(name, () => (context ??= new AudioContext()), { once: true }));
  mute.addEventListener("click", () => {
    silent = !silent;
    mute.setAttribute("aria-pressed", String(silent));
    mute.textContent = silent ? "Son : non" : "Son : oui";
  });
  return ({ count, tone }) => {
    const fresh = heard !== null && count > heard;
    heard = count;
    if (fresh && context && !silent) (TONES[tone] ?? []).forEach((note) => sound(context, ...note));
  };
}

function sound(context, hertz, after, seconds) {
  const [pitch, gain] = [context.createOscillator(), context.createGain()];
  const start = context.currentTime + after;
  pitch.type = "square";
  pitch.frequency.value = hertz;
  gain.gain.value = LOUD;
  pitch.connect(gain).connect(context.destination);
  pitch.start(start);
  pitch.stop(start + seconds);
}
