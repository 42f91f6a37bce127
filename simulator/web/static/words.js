// French formatting of dates, amounts, plates and device names.

const PARIS = { timeZone: "Europe/Paris" };
const DAY = new Intl.DateTimeFormat("fr-FR", { ...PARIS, weekday: "short", day: "numeric", month: "short", year: "numeric" });
const HOUR = new Intl.DateTimeFormat("fr-FR", { ...PARIS, hour: "2-digit", minute: "2-digit", second: "2-digit" });
const MINUTE = new Intl.DateTimeFormat("fr-FR", { ...PARIS, hour: "2-digit", minute: "2-digit" });
const EUROS = new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR" });

/** "mer. 4 mars 2026, 09:58:12" */
export const moment = (iso) => `${DAY.format(new Date(iso))}, ${HOUR.format(new Date(iso))}`;

/** "mer. 4 mars 2026, 12:00" */
export const minute = (iso) => `${DAY.format(new Date(iso))}, ${MINUTE.format(new Date(iso))}`;

/** "09:58:12" */
export const hour = (iso) => HOUR.format(new Date(iso));

export const euros = (cents) => EUROS.format(cents / 100);

/** "AB-123-CD" where the shape is today's, as it is otherwise. */
export const plateShown = (plate) => plate.replace(/^([A-Z]{2})(\d{3})([A-Z]{2})$/, "$1-$2-$3");

const DEVICES = {
  printer: "Imprimante",
  "printer cable": "Câble de l’imprimante",
  card: "Terminal de carte",
  "card cable": "Câble du terminal",
  keypad: "Clavier",
  display: "Afficheur",
  door: "Porte",
  mains: "Secteur",
  clock: "Horloge",
  disk: "Disque",
  network: "Réseau",
};

export const deviceShown = (device) => DEVICES[device] ?? device;
