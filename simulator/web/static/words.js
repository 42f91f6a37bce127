// Dates, amounts, plates and device names in the page's language.

import { language, say } from "./language.js";

const LOCALE = { fr: "fr-FR", en: "en-GB", de: "de-DE", es: "es-ES", it: "it-IT" }[language];
const PARIS = { timeZone: "Europe/Paris" };
const DAY = new Intl.DateTimeFormat(LOCALE, { ...PARIS, weekday: "short", day: "numeric", month: "short", year: "numeric" });
const HOUR = new Intl.DateTimeFormat(LOCALE, { ...PARIS, hour: "2-digit", minute: "2-digit", second: "2-digit" });
const INSTANT = new Intl.DateTimeFormat(LOCALE, {
  ...PARIS, hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3,
});
const MINUTE = new Intl.DateTimeFormat(LOCALE, { ...PARIS, hour: "2-digit", minute: "2-digit" });
const EUROS = new Intl.NumberFormat(LOCALE, { style: "currency", currency: "EUR" });

/** "mer. 4 mars 2026, 09:58:12" */
export const moment = (iso) => `${DAY.format(new Date(iso))}, ${HOUR.format(new Date(iso))}`;

/** "mer. 4 mars 2026, 12:00" */
export const minute = (iso) => `${DAY.format(new Date(iso))}, ${MINUTE.format(new Date(iso))}`;

/** "09:58:12" */
export const hour = (iso) => HOUR.format(new Date(iso));

/** "09:58:12,250" */
export const instant = (iso) => INSTANT.format(new Date(iso));

export const euros = (cents) => EUROS.format(cents / 100);

/** "AB-123-CD" where the shape is today's, as it is otherwise. */
export const plateShown = (plate) => plate.replace(/^([A-Z]{2})(\d{3})([A-Z]{2})$/, "$1-$2-$3");

const DEVICES = {
  printer: "Imprimante",
  "printer cable": "Câble de l’imprimante",
  card: "Terminal de carte",
  "card cable": "Câble du terminal",
  keypad: "Clavier",
  panel: "Façade",
  display: "Afficheur",
  speaker: "Haut-parleur",
  door: "Porte",
  contacts: "Contacts",
  mains: "Courant du secteur",
  clock: "Horloge",
  disk: "Disque",
  computer: "Calculateur",
  network: "Réseau",
};

export const deviceShown = (device) => say(DEVICES[device] ?? device);
