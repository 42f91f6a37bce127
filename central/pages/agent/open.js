// What an agent has still to take up again: it is kept in this tab until it is settled, or until the agent leaves.

const KEPT = "open";
const MOST = 50;

/** Each with the city's answer to the control and, once a notice was proposed, what was seen and from when to ask again. */
export const openOnes = () => JSON.parse(window.sessionStorage.getItem(KEPT) ?? "[]");

/** Keeps one more, or another word about one that is there. */
export function keepOpen(one) {
  const others = openOnes().filter((each) => each.answer.id !== one.answer.id);
  window.sessionStorage.setItem(KEPT, JSON.stringify([...others, one].slice(-MOST)));
}

/** Forgets the one of this control. */
export function settle(id) {
  const left = openOnes().filter((each) => each.answer.id !== id);
  window.sessionStorage.setItem(KEPT, JSON.stringify(left));
}
