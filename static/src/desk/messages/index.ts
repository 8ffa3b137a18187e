// What the desk says, in the language of who sits at it. A language is one folder beside en/.

import { signal } from "@preact/signals";
import { en } from "./en";

export type Key = keyof typeof en;
/** A sentence, or one for each plural category of the language. */
export type Words = string | Partial<Record<Intl.LDMLPluralRule, string>>;
export type Messages = Record<Key, Words>;
type Values = Record<string, string | number>;

export const LANGUAGES: Record<string, { name: string; load: () => Promise<Messages> }> = {
  en: { name: "English", load: async () => en },
  ar: { name: "العربية", load: async () => (await import("./ar")).ar },
};
const KEPT = "liveblog-language";
const RIGHT_TO_LEFT = new Set(["ar"]);

const table = signal<Messages>(en);
export const language = signal("en");

/** The sentence of that name with its {values} filled in; `n` chooses the plural form. */
export function t(key: Key, values: Values = {}): string {
  const found: Words = table.value[key];
  const words = typeof found === "string" ? found : plural(found, Number(values.n ?? 0));
  return words.replace(/\{(\w+)\}/g, (_, name: string) => shown(values[name] ?? ""));
}

/** The English words of a room that is fetched later than the rest. */
export function learn(words: Partial<Messages>): void {
  Object.assign(en, words);
}

function plural(forms: Exclude<Words, string>, n: number): string {
  return forms[new Intl.PluralRules(language.value).select(n)] ?? forms.other ?? "";
}

const shown = (value: string | number) =>
  typeof value === "number" ? value.toLocaleString(language.value) : value;

export const chosen = (): string =>
  [localStorage.getItem(KEPT), ...navigator.languages]
    .map((tag) => tag?.split("-")[0] ?? "")
    .find((tag) => tag in LANGUAGES) ?? "en";

/** Speak another language from now on, and remember it on this device. */
export async function speak(tag: string, keep = false): Promise<void> {
  const known = LANGUAGES[tag];
  if (!known) return;
  table.value = await known.load();
  language.value = tag;
  document.documentElement.lang = tag;
  document.documentElement.dir = RIGHT_TO_LEFT.has(tag) ? "rtl" : "ltr";
  if (keep) localStorage.setItem(KEPT, tag);
}
