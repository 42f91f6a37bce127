// What the station says: subtitles, the sound of the engine, and the jack.

import { say } from "./language.js";

/** Returns a function that is told of the speech so far. `plug(plugged)` is a hand at the jack. */
export function speech(subtitle, jack, plug) {
  const sound = new Audio();
  let counted = null;
  let plugged = false;
  jack.addEventListener("click", () => plug(!plugged));
  return ({ count, text, language, speaking, headset }) => {
    plugged = headset;
    jack.setAttribute("aria-pressed", String(headset));
    jack.textContent = say(headset ? "Débrancher le casque" : "Brancher un casque");
    subtitle.lang = language ?? "";
    subtitle.textContent = speaking ? text : "";
    if (!speaking) sound.pause();
    const fresh = counted !== null && count > counted;
    counted = count;
    if (!fresh || !speaking) return;
    sound.src = `api/speech.wav?fresh=${count}`;
    sound.play().catch(() => {}); // a browser that wants a gesture first, or no engine: the subtitle says it
  };
}
