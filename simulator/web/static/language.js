// The page's language: the one its address asks for (`?lang=en`), else the browser's; sentences are in catalogue.json.
//
// The source is French; `en`, `de`, `es` and `it` say it in theirs. The journal's words are English, `fr` says them in French,
// and the others from there. What has no translation stays as it is. A key may have places, `{0}`, for what is not known
// beforehand.

const LANGUAGES = { fr: "Français", en: "English", de: "Deutsch", es: "Español", it: "Italiano" };
const CHOSEN = "lang";

const wanted = [new URLSearchParams(location.search).get(CHOSEN), ...navigator.languages].map((tag) => tag?.slice(0, 2));
export const language = wanted.find((tag) => Object.hasOwn(LANGUAGES, tag)) ?? "en";

const catalogue = await (await fetch("catalogue.json")).json();
const sentences = language === "fr" ? {} : catalogue[language];
const words = language === "en" ? {} : catalogue.fr;

/** A French sentence in the page's language, with its places filled. */
export const say = (sentence, ...values) => fill(translated(sentence, sentences), values);

/** A word of the journal in the page's language. */
export const word = (text) => translated(translated(String(text), words), language === "en" ? {} : sentences);

/** One of two sentences: French says 0 and 1 alike, the others 1 alone. */
export const plural = (count, one, many) => say(count === 1 || (count === 0 && language === "fr") ? one : many, count);

const fill = (sentence, values) => sentence.replace(/\{(\d)\}/g, (place, at) => values[at] ?? place);

/** The text itself; else the key it fits, and what stands in its places; else part by part. */
function translated(text, table) {
  if (Object.hasOwn(table, text)) return table[text];
  for (const [key, shape] of shapes(table)) {
    const found = shape.exec(text);
    if (found) return fill(table[key], found.slice(1).map((part) => translated(part, table)));
  }
  const parts = text.split(", ");
  return parts.length > 1 ? parts.map((part) => translated(part, table)).join(", ") : text;
}

const compiled = new Map();

/** The keys with places, as regular expressions; the one that says most comes first. */
function shapes(table) {
  if (!compiled.has(table)) {
    const keys = Object.keys(table).filter((key) => key.includes("{0}"));
    keys.sort((one, other) => other.length - one.length);
    compiled.set(table, keys.map((key) => [key, shape(key)]));
  }
  return compiled.get(table);
}

const shape = (key) => new RegExp(`^${key.split(/\{\d\}/).map(quoted).join("(.+?)")}$`);
const quoted = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Say all that stands in the page's source, and offer the languages, each by its own name. */
export function translatePage(offer) {
  document.documentElement.lang = language;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.data.trim();
    if (text) texts.currentNode.data = texts.currentNode.data.replace(text, () => say(text));
  }
  for (const name of ["aria-label", "title", "placeholder"]) {
    document.body.querySelectorAll(`[${name}]`).forEach((each) => each.setAttribute(name, say(each.getAttribute(name))));
  }
  for (const [tag, name] of Object.entries(LANGUAGES)) {
    offer.append(Object.assign(new Option(name, tag, tag === language, tag === language), { lang: tag }));
  }
  offer.addEventListener("change", () => {
    location.search = new URLSearchParams({ [CHOSEN]: offer.value });
  });
}
