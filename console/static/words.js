/** The page's language, and the words its scripts say: written in English, sent with the page in the reader's language. */

const translated = JSON.parse(document.querySelector("meta[name=words]")?.content ?? "{}");

/** For dates and numbers. English ones are written the British way, as on the server. */
export const locale = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;

/** These English words in the reader's language, with `%(name)s` filled in. */
export function _(words, values = {}) {
  return (translated[words] ?? words).replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);
}
