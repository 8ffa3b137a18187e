// Emoji by their names, as they are known from elsewhere (:smile:).

import { gemoji } from "gemoji";

interface Emoji {
  emoji: string;
  name: string;
}

/** Those of which a name begins with the words first, then those of which one holds them. */
export function find(words: string): Emoji[] {
  const named = gemoji.flatMap(({ emoji, names, tags }) => [
    { emoji, name: names[0] ?? "", all: [...names, ...tags] },
  ]);
  const begin = named.filter(({ all }) => all.some((name) => name.startsWith(words)));
  const hold = named.filter(
    (one) => !begin.includes(one) && one.all.some((name) => name.includes(words)),
  );
  return [...begin, ...hold].slice(0, 8);
}
