// An address from a headline. Scripts other than Latin have no letters for it: the day stands in.

const LONGEST = 60;
const SHORTEST = 3;
const LETTERS: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  ø: "o",
  œ: "oe",
  ł: "l",
  đ: "d",
  þ: "th",
};

export function slugOf(headline: string, today = new Date()): string {
  const latin = headline
    .toLowerCase()
    .replace(/[ßæøœłđþ]/g, (letter) => LETTERS[letter] ?? "")
    .normalize("NFKD")
    .replace(/\p{M}|['’]/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  if (latin.replaceAll("-", "").length < SHORTEST) {
    return headline.trim() && `story-${today.toISOString().slice(0, 10)}`;
  }
  return short(latin);
}

/** Not longer than fits, and no word cut in two. */
function short(slug: string): string {
  if (slug.length <= LONGEST) return slug;
  const cut = slug.slice(0, LONGEST + 1);
  return cut.slice(0, Math.max(cut.lastIndexOf("-"), 1)).replace(/-+$/, "");
}
