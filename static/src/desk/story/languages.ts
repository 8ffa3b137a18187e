// Languages by their names.

const TAGS =
  "am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fil fr ga gl gu ha he hi hr hu hy id is it ja ka kk km kn ko ku ky lo lt lv mk ml mn mr ms my ne nl no pa pl ps pt ro ru rw si sk sl so sq sr sv sw ta te th ti tr uk ur uz vi yo zh zu".split(
    " ",
  );

/** Tags and names, by name; the one that is set is always among them. */
export function languages(set: string, shownIn: string): [string, string][] {
  const names = new Intl.DisplayNames(shownIn, { type: "language" });
  const own = (tag: string) => new Intl.DisplayNames(tag, { type: "language" }).of(tag) ?? tag;
  return [...new Set([...TAGS, set])]
    .map((tag): [string, string] => [tag, `${names.of(tag) ?? tag} (${own(tag)})`])
    .sort(([, one], [, other]) => one.localeCompare(other, shownIn));
}
