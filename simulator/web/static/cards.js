// The motorist's cards: clicked, or dragged to the card reader.

import { say } from "./language.js";
import { roving } from "./roving.js";

const FAR_PX = 8;
const TRIP_MS = 240;

/**
 * Returns a function that lays out the cards of a terminal in place of those there were. `present(name)` resolves to whether
 * the terminal wanted one; `done()` is called when a card that was not carried there was taken.
 */
export function cards(wallet, reader, present, done) {
  const changed = roving(wallet);
  return (catalogue) => {
    layOut(wallet, reader, catalogue, present, done);
    changed();
  };
}

function layOut(wallet, reader, catalogue, present, done) {
  wallet.replaceChildren();
  Object.entries(catalogue).forEach(([name, says], at) => {
    const card = cardElement(name, say(says), at);
    const offer = async (ghost) => {
      await travel(ghost, slotFrom(ghost, reader));
      const taken = await present(name);
      if (taken && card === document.activeElement) done();
      await travel(ghost, "none");
      ghost.remove();
      if (!taken) card.animate([-4, 4, -3, 3, 0].map((x) => ({ translate: `${x}px` })), { duration: 250 });
    };
    card.addEventListener("click", (event) => event.detail === 0 && offer(ghostOf(card)));
    carry(card, reader, offer);
    wallet.append(card);
  });
}

function cardElement(name, says, at) {
  const card = document.createElement("button");
  card.type = "button";
  card.className = `card hue-${at % 6}`;
  card.dataset.card = name;
  card.title = says;
  card.setAttribute("aria-label", say("carte : {0}", says));
  card.innerHTML = "<i aria-hidden='true'></i><span></span>";
  card.querySelector("span").textContent = says.split(" : ")[0]; // all of it is in the title
  return card;
}

/** A short press, or a carry that ends over the reader, offers the card. */
function carry(card, reader, offer) {
  let from = null;
  let ghost = null;
  card.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    from = event;
    card.setPointerCapture(event.pointerId);
  });
  card.addEventListener("pointermove", (event) => {
    if (!from) return;
    const [x, y] = [event.clientX - from.clientX, event.clientY - from.clientY];
    if (Math.hypot(x, y) > FAR_PX) ghost ??= ghostOf(card);
    if (ghost) ghost.style.transform = `translate(${x}px, ${y}px) rotate(-4deg)`;
    reader.classList.toggle("inviting", ghost !== null && over(reader, event));
  });
  card.addEventListener("pointerup", (event) => {
    if (!from) return;
    if (ghost && !over(reader, event)) ghost.remove();
    else offer(ghost ?? ghostOf(card));
    drop();
  });
  card.addEventListener("pointercancel", () => {
    ghost?.remove();
    drop();
  });
  const drop = () => {
    [from, ghost] = [null, null];
    reader.classList.remove("inviting");
  };
}

/** What is seen to move: the card itself stays in the wallet, which may scroll and would clip it. */
function ghostOf(card) {
  const box = card.getBoundingClientRect();
  const ghost = card.cloneNode(true);
  ghost.removeAttribute("data-card");
  ghost.setAttribute("aria-hidden", "true");
  ghost.tabIndex = -1;
  ghost.classList.add("ghost");
  Object.assign(ghost.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px` });
  document.body.append(ghost);
  return ghost;
}

function over(reader, { clientX, clientY }) {
  const box = reader.getBoundingClientRect();
  return clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
}

function slotFrom(ghost, reader) {
  const slot = reader.querySelector(".slot").getBoundingClientRect();
  const x = slot.left + (slot.width - ghost.offsetWidth) / 2 - ghost.offsetLeft;
  return `translate(${x}px, ${slot.top - ghost.offsetTop - ghost.offsetHeight / 3}px)`;
}

async function travel(ghost, transform) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (!still) await ghost.animate([{ transform }], { duration: TRIP_MS, easing: "ease-in-out" }).finished;
  ghost.style.transform = transform;
}
