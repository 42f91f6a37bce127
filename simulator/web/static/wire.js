// Wire trace, decoded and live; fetched only while its tab is open. What is shown can be narrowed, and kept as a file.

import { say } from "./language.js";
import { deviceShown, instant } from "./words.js";

const EVERY_MS = 400;
const KEPT = 400;
const HEX = 64 * 3 - 1; // characters: as many bytes are shown, all are exported

const COLUMNS = ["at", "line", "sender", "bytes", "hex", "said"];

export class Wire {
  constructor(trace, { lines, follow, wipe, needle, keep }) {
    Object.assign(this, { trace, lines, follow, needle, after: 0, wiped: 0, hiding: new Set(), open: false });
    wipe.addEventListener("click", () => {
      this.wiped = this.after;
      trace.replaceChildren();
    });
    needle.addEventListener("input", () => this.narrow());
    keep.addEventListener("click", () => this.keep());
  }

  /** Called when the tab is shown or left. */
  show(open) {
    const idle = !this.open;
    this.open = open;
    if (open && idle) this.listen();
  }

  /** The desk was started again: its entries are counted anew. */
  forget() {
    [this.after, this.wiped] = [0, 0];
    this.trace.replaceChildren();
  }

  async listen() {
    while (this.open) {
      await this.more().catch(() => {});
      await new Promise((done) => setTimeout(done, EVERY_MS));
    }
  }

  async more() {
    const entries = await since(this.after);
    if (entries.length === 0) return;
    this.after = entries.at(-1).n;
    const rows = joined(entries).map(worded);
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
      this.narrow();
    });
    this.lines.append(made);
  }

  narrow() {
    [...this.trace.children].forEach((row) => (row.hidden = !this.wants(row.dataset)));
  }

  wants({ line, text }) {
    return !this.hiding.has(line) && text.toLowerCase().includes(this.needle.value.trim().toLowerCase());
  }

  row({ line, time, device, from, said, hex, text }) {
    const made = document.createElement("li");
    Object.assign(made.dataset, { line, text });
    made.innerHTML = "<p><time></time> <b></b> <i></i> <span></span></p><code></code>";
    [time, device, from, said].forEach((part, at) => (made.firstElementChild.children[at].textContent = part));
    made.lastElementChild.textContent = hex.length > HEX ? `${hex.slice(0, HEX)} …` : hex;
    made.hidden = !this.wants(made.dataset);
    return made;
  }

  /** Everything the desk still has since it was last wiped, as narrow as it is shown: a table for a spreadsheet or a report. */
  async keep() {
    const rows = joined(await since(this.wiped)).map(worded);
    const table = rows.filter((row) => this.wants(row)).map((row) => COLUMNS.map((name) => row[name]));
    const lines = [COLUMNS, ...table].map((row) => `${row.join("\t")}\n`);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(lines, { type: "text/tab-separated-values" }));
    link.download = "wire.tsv";
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

const since = async (number) => (await fetch(`api/wire?after=${number}`)).json();

/** As it is read, in the page's language. */
function worded(entry) {
  const read = [
    instant(entry.at),
    deviceShown(entry.line),
    say(entry.from === "station" ? "reçoit" : "envoie"),
    say(entry.said),
  ];
  const [time, device, from, said] = read;
  return { ...entry, sender: entry.from, time, device, from, said, text: [...read, entry.hex].join(" ") };
}

/** What goes one way at one instant is one line to read: a display is told its window byte by byte. */
function joined(entries) {
  const rows = [];
  for (const entry of entries) {
    const before = rows.at(-1);
    if (before && ["line", "from", "at"].every((name) => before[name] === entry[name])) {
      before.hex += ` ${entry.hex}`;
      before.bytes += entry.bytes;
      before.said = [before.said, entry.said].filter(Boolean).join(", ");
    } else rows.push({ ...entry });
  }
  return rows;
}
