// Which updates are looked at: filters with their counts, and the search in the story.

import { me, myName } from "../state";
import { type Item, isPublic, isRetracted } from "./items";

export type Filter =
  | "all"
  | "key"
  | "pinned"
  | "mine"
  | "submitted"
  | "scheduled"
  | "drafts"
  | "retracted";

export const isSubmitted = (item: Item): boolean => Boolean(item.draft && item.submitted_by);
export const isScheduled = (item: Item): boolean => Boolean(item.draft && item.due);
export const isDraft = (item: Item): boolean =>
  Boolean(item.draft && !item.submitted_by && !item.due);

export const FILTERS: Record<Filter, (item: Item) => boolean> = {
  all: (item) => !item.draft,
  key: (item) => isPublic(item) && Boolean(item.key_event),
  pinned: (item) => isPublic(item) && Boolean(item.pinned),
  mine: (item) => isMine(item),
  submitted: isSubmitted,
  scheduled: isScheduled,
  drafts: isDraft,
  retracted: isRetracted,
};

export interface Sought {
  filter: Filter;
  tag: string;
  query: string;
}

export const isMine = (item: Item): boolean =>
  item.author
    ? item.author === me.value?.name
    : Boolean(myName.value && item.byline?.includes(myName.value));

export function counts(items: Item[]): Record<Filter, number> {
  const names = Object.keys(FILTERS) as Filter[];
  const found = Object.fromEntries(names.map((name) => [name, 0])) as Record<Filter, number>;
  for (const item of items) {
    for (const name of names) if (FILTERS[name](item)) found[name] += 1;
  }
  return found;
}

/** How often each tag is used, the most used first. */
export function tags(items: Item[]): [string, number][] {
  const found = new Map<string, number>();
  for (const item of items) {
    for (const tag of item.tags ?? []) found.set(tag, (found.get(tag) ?? 0) + 1);
  }
  return [...found].sort((a, b) => b[1] - a[1]);
}

export function sifted(items: Item[], { filter, tag, query }: Sought): Item[] {
  const words = sought(query);
  return items.filter(
    (item) =>
      FILTERS[filter](item) &&
      (!tag || item.tags?.includes(tag)) &&
      (!words.length || holds(item, words)),
  );
}

/** The words to be found, as they are compared. */
export const sought = (query: string): string[] => folded(query).split(/\s+/).filter(Boolean);

/** Without case, accents and vowel signs. */
export const folded = (text: string): string =>
  text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// What an update is found by, made when it is first searched and gone with it.
const index = new WeakMap<Item, string>();

function indexed(item: Item): string {
  let text = index.get(item);
  if (text === undefined) {
    text = folded(told(item));
    index.set(item, text);
  }
  return text;
}

function holds(item: Item, words: string[]): boolean {
  const text = indexed(item);
  return words.every((word) => text.includes(word));
}

const SLICE_MS = 8;
const soon: (act: () => void) => void =
  // Safari has no idle callbacks.
  typeof requestIdleCallback === "undefined" ? (act) => setTimeout(act, 1) : requestIdleCallback;

/** Make ready to search, a little at a time, while nothing else is to be done. */
export function prepare(items: Item[], from = 0): void {
  const end = performance.now() + SLICE_MS;
  let at = from;
  while (at < items.length && performance.now() < end) {
    indexed(items[at] as Item);
    at += 1;
  }
  if (at < items.length) soon(() => prepare(items, at));
}

const told = ({ title, html, byline, source, tags, notice }: Item): string =>
  [title, html && plain(html), byline, source, tags?.join(" "), notice].filter(Boolean).join("\n");

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " " };

/** The text of HTML that the service cleaned. */
export const plain = (html: string): string =>
  html
    .replace(/<[^>]*>/g, " ")
    .replace(/&(?:#(\d+)|(\w+));/g, (_, code: string, name: string) =>
      code ? String.fromCodePoint(Number(code)) : (ENTITIES[name] ?? " "),
    );
