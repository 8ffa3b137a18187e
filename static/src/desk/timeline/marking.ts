// Marks in a text what was searched, without a change to its elements (CSS Custom Highlight API).

import { folded } from "./sift";

const NAME = "found";

const highlight = (): Highlight | undefined => {
  if (typeof Highlight === "undefined") return undefined;
  const known = CSS.highlights.get(NAME);
  if (known) return known;
  const made = new Highlight();
  CSS.highlights.set(NAME, made);
  return made;
};

/** Mark the words inside the element; gives what takes the marks away. */
export function mark(inside: Element, words: string[]): () => void {
  const marks = highlight();
  if (!marks || !words.length) return () => {};
  const ranges = [...found(inside, words)];
  for (const range of ranges) marks.add(range);
  return () => {
    for (const range of ranges) marks.delete(range);
  };
}

function* found(inside: Element, words: string[]): Generator<Range> {
  const walker = document.createTreeWalker(inside, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { text, places } = placed(node.nodeValue ?? "");
    for (const word of words) {
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
        const range = new Range();
        range.setStart(node, places[at] ?? 0);
        range.setEnd(node, places[at + word.length] ?? 0);
        yield range;
      }
    }
  }
}

/** The folded text, and for each of its characters where it began in the text as it is. */
function placed(whole: string): { text: string; places: number[] } {
  let text = "";
  const places: number[] = [];
  let at = 0;
  for (const character of whole) {
    for (const unit of folded(character)) {
      text += unit;
      for (let n = 0; n < unit.length; n += 1) places.push(at);
    }
    at += character.length;
  }
  places.push(at);
  return { text, places };
}
