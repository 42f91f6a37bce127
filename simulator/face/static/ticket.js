// The ticket: slides out of its slot as it is printed; a click takes it, to be read.

const WAIT_MS = 80;

/** Returns a function that is told the state. */
export function ticket(paper, ready, dialog) {
  const strip = paper.querySelector("img");
  const slot = new Slot(paper, strip, ready);
  paper.addEventListener("click", () => {
    read(dialog, slot.whole);
    slot.empty();
  });
  dialog.querySelector("#let-go").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  return (state) => slot.told(state);
}

class Slot {
  constructor(paper, strip, ready) {
    Object.assign(this, { paper, strip, ready, known: null, begun: -1, whole: false, busy: false });
  }

  /** Paper that was out before the page was opened is shown too; paper that was taken is not shown again. */
  told({ printing, tickets }) {
    const now = `${tickets} ${printing.mm} ${printing.printing}`;
    if (now === this.known) return;
    this.known = now;
    if (printing.printing) this.begun = tickets;
    this.whole = !printing.printing && tickets > this.begun;
    this.ready.textContent = printing.printing ? "Impression…" : "";
    if (printing.mm > 0) this.refresh();
    else this.paper.hidden = true;
  }

  /** Fetch the paper as it is now, one picture at a time. */
  async refresh() {
    if (this.busy) return;
    this.busy = true;
    let drawn = null;
    while (drawn !== this.known) {
      drawn = this.known;
      await this.draw(drawn);
      await new Promise((done) => setTimeout(done, WAIT_MS));
    }
    this.busy = false;
  }

  async draw(version) {
    const response = await fetch("api/paper.png");
    if (!response.ok) return this.empty();
    const url = URL.createObjectURL(await response.blob());
    this.strip.src = url;
    await this.strip.decode().catch(() => {});
    URL.revokeObjectURL(url);
    if (version !== this.known) return undefined;
    this.paper.hidden = false;
    this.paper.classList.toggle("cut", this.whole);
    if (this.whole) this.ready.textContent = "Prenez votre ticket";
    return undefined;
  }

  empty() {
    this.paper.hidden = true;
    this.ready.textContent = "";
  }
}

async function read(dialog, whole) {
  const picture = dialog.querySelector("img");
  const text = whole ? await (await fetch("api/ticket.txt")).text() : "Ticket inachevé";
  picture.src = `api/${whole ? "ticket" : "paper"}.png?${Date.now()}`;
  picture.alt = text;
  dialog.querySelector("pre").textContent = text;
  dialog.showModal();
}
