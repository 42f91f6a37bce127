// Refusals of the city in French: its rules say why in English, to programs too. tests/central/test_refusals_in_french.py reads both.

/** Reason -> in French. A place `{}` takes whatever stands there, `{€}` an amount that the city says in cents. */
export const REASONS = {
  "a plate has 1 to {} letters and digits, not {}": "de 1 à {} lettres et chiffres, et non {}",
  "{} ({}) is no letter or digit of a plate: A to Z, 0 to 9": "un caractère n’est ni une lettre de A à Z, ni un chiffre",
  "an arrondissement and a letter, such as 11D": "un arrondissement et une lettre, comme 11D",
  "lies in no tariff zone": "n’est dans aucune zone tarifaire",
  "is in the future: it is now {}": "est à venir : pour la ville, il est {}",
  "is not who this token was issued for: an agent's token bears the agent's number": "ce jeton n’est pas celui de cet agent",
  "there is no such control, or its plate was deleted": "ce contrôle n’existe pas, ou sa plaque a été effacée : contrôlez à nouveau",
  "this control found that the vehicle may stay: {}": "ce contrôle a trouvé que le véhicule peut rester ({})",
  "is no control: it was made more than {} days after its instant": "n’est pas un contrôle : il a été fait plus de {} jours après",
  "is no control: nobody had seen the vehicle, it asks about an instant to come": "n’est pas un contrôle : il porte sur un instant à venir",
  "the register holds a right that covers this control": "un droit connu depuis couvre ce contrôle : aucun FPS",
  "another notice covers the vehicle until {}": "un autre FPS couvre ce véhicule jusqu’au {}",
  "this control was proposed with {}: make another control": "ce contrôle a été proposé avec {} : faites un autre contrôle",
  "parking was free at that time": "le stationnement était gratuit à cette heure",
  "nothing is due: the last receipt is worth as much as the charge": "rien n’est dû : le dernier ticket vaut autant que le FPS",
  "tariff {} has none: a penal fine then": "pas de FPS au barème {}",
  "tariff {} does not know the vehicle class {}": "le barème {} ne connaît pas la catégorie {}",
  "tariff {} asks nothing of the vehicle class {}": "le barème {} ne demande rien à la catégorie {}",
  "in tariff {}, {} is not for the class {}": "au barème {}, {} n’est pas pour la catégorie {}",
  "tariff {} does not know the regime {}": "le barème {} ne connaît pas le régime {}",
  "no rate table yet on {}": "aucun barème au {}",
  "zone {}; there are {}": "pas de zone {}",
  "{} is outside the calendar, {} to {}": "{} : ce jour n’est pas au calendrier des tarifs",
  "no number is left for {} from device {} on": "plus aucun numéro de FPS pour le {} à partir de l’appareil {}",
  "is not one line of characters that a letter can print": "une seule ligne, de caractères qu’une lettre peut imprimer",
  "List should have at most {} items after validation, not {}": "{} au plus, et non {}",
  "String should have at most {} characters": "{} caractères au plus",
  "has HTML in it: plain text only": "du texte simple seulement, sans HTML",
  "is no day, such as 2026-03-04": "n’est pas une date",
  "is no day of this law: 2018 and later": "une date de 2018 ou d’après",
  "no document is missing": "aucune pièce ne manque",
  "must be after today, and {} at the latest": "après aujourd’hui, et le {} au plus tard",
  "the appeal is {}: {} is too late": "le recours est déjà {} : trop tard",
  "is before what happened to the appeal last": "quelqu’un d’autre vient d’agir sur ce recours : rouvrez-le",
  "checked or issued this notice, or is named by it: somebody else decides": "vous avez contrôlé ou établi cet avis : une autre personne décide",
  "is missing": "manque",
  "of what is accepted in part: more than nothing and less than {}": "plus de zéro, et moins que les {€} dus",
  "is that of an appeal that is inadmissible, and of no other": "à dire d’un recours irrecevable, et d’aucun autre",
  "was not found: {}": "ne ressort pas du dossier : {}",
  "the appeal is late: it is inadmissible": "le recours est hors délai : il est irrecevable",
  "this notice has a corrective notice already": "cet avis a déjà un avis rectificatif",
  "the notice is {}: it cannot be {}": "l’avis est {} : ce n’est plus possible",
  "must be more than nothing and less than {}": "plus de zéro, et moins que les {€} dus",
  "is before the notice was issued, or in the future": "est avant l’établissement de l’avis, ou à venir",
  "is before what happened to the notice last": "quelqu’un d’autre vient d’agir sur cet avis : rouvrez-le",
  "the notice was not sent: it can be withdrawn": "l’avis n’a pas été envoyé : il peut être retiré",
  "this notice was not sent yet": "cet avis n’a pas encore été envoyé"
};

/** What stands in a place, where it is a word of the rules. */
const WORDS = {
  car: "voiture",
  two_wheeler: "deux-roues motorisé",
  heavy: "voiture lourde",
  right: "droit en cours",
  register: "inscrit au registre",
  free: "heure non payante",
  tolerance: "ticket juste fini",
  notice: "FPS déjà établi",
  accepted: "accepté",
  "accepted in part": "accepté en partie",
  refused: "rejeté",
  inadmissible: "irrecevable",
  "refused by silence": "rejeté par silence",
  late: "hors délai",
  "not by registered letter": "ni en ligne, ni par lettre recommandée",
  "no statement of facts and grounds": "sans exposé",
  "no copy of the notice": "sans copie de l’avis",
  "no registration certificate": "sans certificat d’immatriculation",
  "no mandate": "sans mandat",
  "what came is admissible": "ce qui est venu est recevable",
  cancelled: "annulé",
  withdrawn: "retiré",
  paid: "payé",
  "paid reduced": "payé au montant minoré",
  "refund due": "annulé, à rembourser",
  refunded: "annulé et remboursé"
};

const FIELDS = {
  plate: "Plaque",
  sector: "Secteur",
  zone: "Zone",
  check: "Contrôle",
  agent: "Agent",
  vehicle: "Catégorie",
  make: "Marque",
  place: "Lieu",
  photos: "Photos",
  device: "Appareil",
  until: "Date",
  reason: "Motivation",
  ground: "Motif",
  due_cents: "Montant",
  outcome: "Décision",
  examiner: "Décision",
  state: "Décision"
};

const STATUSES = {
  401: "Ce jeton n’est pas connu, ou n’est plus valable.",
  403: "Ce jeton ne permet pas cette action.",
  404: "Introuvable.",
  413: "L’envoi est trop grand.",
  429: "Trop de demandes : réessayez dans une minute.",
  500: "La ville a eu une panne : réessayez, puis signalez-le.",
  503: "La ville est indisponible : rien n’a été enregistré, réessayez plus tard."
};

const PATTERNS = Object.entries(REASONS)
  .sort(([one], [other]) => other.replaceAll("{}", "").length - one.replaceAll("{}", "").length)
  .map(([reason, french]) => [new RegExp(`^${reason.split("{}").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("(.+?)")}$`, "s"), french]);

const euros = (cents) => `${(Number(cents) / 100).toFixed(2).replace(".", ",")} €`;

/** A day and an hour as people write them, each word of a list in French. */
function told(text) {
  const [, year, month, day, time] = text.match(/^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d)\S*)?$/) ?? [];
  if (year) return `${day}/${month}/${year}${time ? ` à ${time}` : ""}`;
  const bare = text.replace(/^'(.*)'$/s, "$1");
  return WORDS[bare] ?? bare.split(", ").map((each) => WORDS[each] ?? each).join(", ");
}

/** What is refused before any rule is asked. */
const SHAPE = /^(String|Input|List|Field|Extra) /;

/** A reason of the city in French; as it is, if no rule of these pages has it. */
export function reasonInFrench(reason) {
  for (const [pattern, french] of PATTERNS) {
    const places = reason.match(pattern)?.slice(1);
    if (places) return french.replace(/\{(€?)\}/g, (_, amount) => (amount ? euros : told)(places.shift()));
  }
  return SHAPE.test(reason) ? "n’est pas ce que ce champ attend" : reason;
}

/** What a problem document means to whoever reads the page. */
export function inFrench(status, { errors = [], detail, title }) {
  const lines = errors.map(({ field, reason }) => {
    const name = FIELDS[field.replace(/^checks\[\d+\]\.|\[\d+\]$/g, "")];
    return `${name ? `${name} : ` : ""}${reasonInFrench(reason)}`;
  });
  return lines.length ? `${lines.join(" ; ")}.` : STATUSES[status] ?? detail ?? title ?? `réponse ${status}`;
}
