// Ticket slot: the ticket slides out of its slot as it is printed; a click takes it, to be read. The last one can be read again.
// `fresh` tells one picture from the next: a page asks but once for an address, whatever the server says of keeping it.

import { say } from "./language.js";

const WAIT_MS = 80;

/** `done()` is called when a ticket was read and put away. Returns a function that is told the state. */
export function ticket(paper, ready, again, dialog, done) {
  const slot = new Slot(paper, ready, again);
  paper.addEventListener("click", () => {
    read(dialog, slot.whole);
    if (slot.whole) slot.take();
  });
  again.addEventListener("click", () => read(dialog, true));
  dialog.querySelector("#let-go").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", done);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  return (state) => slot.told(state);
}

/** What is in the slot: paper being printed, or a whole ticket nobody has taken, or nothing. */
class Slot {
  constructor(paper, ready, again) {
    Object.assign(this, { paper, ready, again, strip: paper.querySelector("img"), wanted: null, taken: null, tickets: 0, busy: false });
  }

  get whole() {
    return this.wanted?.startsWith("api/ticket.png") ?? false;
  }

  /** Tickets from before the page was opened count as taken. */
  told({ printing, tickets }) {
    this.tickets = tickets;
    this.taken = Math.min(this.taken ?? tickets, tickets);
    if (printing.printing) this.want(`api/paper.png?fresh=${tickets}-${printing.mm}`);
    else this.want(tickets > this.taken ? `api/ticket.png?fresh=${tickets}` : null);
    this.again.hidden = this.wanted !== null || tickets === 0;
  }

  take() {
    this.taken = this.tickets;
    this.want(null);
    this.again.hidden = false;
  }

  want(picture) {
    if (picture === this.wanted) return;
    this.wanted = picture;
    if (!this.busy) this.fetch();
  }

  /** Draw what is wanted, one picture at a time, until it is what is drawn. */
  async fetch() {
    this.busy = true;
    let drawn;
    while (drawn !== this.wanted) {
      drawn = this.wanted;
      if (drawn) await this.load(drawn).catch(() => {});
      this.show(drawn);
      await new Promise((done) => setTimeout(done, WAIT_MS));
    }
    this.busy = false;
  }

  async load(picture) {
    const next = new Image();
    next.src = picture;
    await next.decode();
    this.strip.src = next.src;
  }

  show(drawn) {
    this.paper.hidden = drawn === null;
    this.paper.classList.toggle("cut", this.whole);
    this.ready.textContent = this.whole ? say("Prenez votre ticket") : "";
  }
}

/** Hold the ticket, or what there is of one, before the eyes. */
async function read(dialog, whole) {
  const picture = dialog.querySelector("img");
  const text = whole ? await (await fetch("api/ticket.txt")).text() : say("Ticket inachevé");
  picture.src = `api/${whole ? "ticket" : "paper"}.png?fresh=${Date.now()}`;
  picture.alt = text;
  dialog.querySelector("pre").textContent = text;
  dialog.showModal();
}
