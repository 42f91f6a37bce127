// Wire trace, decoded and live; fetched only while its tab is open.

import { deviceShown, hour } from "./words.js";

const EVERY_MS = 400;
const KEPT = 400;

export class Wire {
  constructor(trace, lines, follow, wipe) {
    Object.assign(this, { trace, lines, follow, after: 0, hiding: new Set(), open: false });
    wipe.addEventListener("click", () => trace.replaceChildren());
  }

  /** Called when the tab is shown or left. */
  show(open) {
    const idle = !this.open;
    this.open = open;
    if (open && idle) this.listen();
  }

  /** The desk was started again: its entries are counted anew. */
  forget() {
    this.after = 0;
    this.trace.replaceChildren();
  }

  async listen() {
    while (this.open) {
      await this.more().catch(() => {});
      await new Promise((done) => setTimeout(done, EVERY_MS));
    }
  }

  async more() {
    const entries = await (await fetch(`api/wire?after=${this.after}`)).json();
    if (entries.length === 0) return;
    this.after = entries.at(-1).n;
    const rows = joined(entries);
    new Set(rows.map(({ line }) => line)).forEach((line) => this.offer(line));
    this.trace.append(...rows.slice(-KEPT).map((row) => this.row(row)));
    while (this.trace.childElementCount > KEPT) this.trace.firstElementChild.remove();
    if (this.follow.checked) this.trace.scrollTop = this.trace.scrollHeight;
  }

  /** A switch for a line seen for the first time. */
  offer(line) {
    if (this.lines.querySelector(`[data-line="${CSS.escape(line)}"]`)) return;
    const made = document.createElement("button");
    made.type = "button";
    made.dataset.line = line;
    made.textContent = deviceShown(line);
    made.setAttribute("aria-pressed", "true");
    made.addEventListener("click", () => {
      this.hiding[this.hiding.has(line) ? "delete" : "add"](line);
      made.setAttribute("aria-pressed", String(!this.hiding.has(line)));
      [...this.trace.children].forEach((row) => (row.hidden = this.hiding.has(row.dataset.line)));
    });
    this.lines.append(made);
  }

  row(entry) {
    const made = document.createElement("li");
    made.dataset.line = entry.line;
    made.hidden = this.hiding.has(entry.line);
    made.innerHTML = "<p><time></time> <b></b> <i></i> <span></span></p><code></code>";
    const [time, line, from, said] = made.firstElementChild.children;
    time.textContent = hour(entry.at);
    line.textContent = deviceShown(entry.line);
    from.textContent = entry.from === "station" ? "reçoit" : "envoie";
    said.textContent = entry.said;
    made.lastElementChild.textContent = entry.hex;
    return made;
  }
}

/** What goes one way at one instant is one line to read: a display is told its window byte by byte. */
function joined(entries) {
  const rows = [];
  for (const entry of entries) {
    const before = rows.at(-1);
    if (before && ["line", "from", "at"].every((name) => before[name] === entry[name])) {
      before.hex += ` ${entry.hex}`;
      before.said = [before.said, entry.said].filter(Boolean).join(", ");
    } else rows.push({ ...entry });
  }
  return rows;
}
