// Our Markdown as a document of ProseMirror, and back to the same string.
//
// Not prosemirror-markdown: with its parser the editor would be a third larger than it may be. This
// one may be simple, since what does not come back as the same string is not shown as rich text.

import { type Mark, type Node, Schema } from "prosemirror-model";

export const schema = new Schema({
  nodes: {
    doc: { content: "block+" },
    paragraph: { group: "block", content: "inline*", toDOM: () => ["p", 0] },
    heading: {
      group: "block",
      content: "inline*",
      attrs: { level: { default: 2 } },
      defining: true,
      toDOM: (node) => [`h${node.attrs.level + 1}`, 0],
    },
    blockquote: { group: "block", content: "block+", toDOM: () => ["blockquote", 0] },
    bullet_list: { group: "block", content: "list_item+", toDOM: () => ["ul", 0] },
    ordered_list: {
      group: "block",
      content: "list_item+",
      attrs: { start: { default: 1 } },
      toDOM: (node) => ["ol", { start: String(node.attrs.start) }, 0],
    },
    list_item: {
      content: "paragraph (bullet_list | ordered_list)*",
      defining: true,
      toDOM: () => ["li", 0],
    },
    rule: { group: "block", toDOM: () => ["hr"] },
    text: { group: "inline" },
    line: { group: "inline", inline: true, selectable: false, toDOM: () => ["br"] },
    hard: { group: "inline", inline: true, selectable: false, toDOM: () => ["br"] },
  },
  marks: {
    link: {
      attrs: { href: {} },
      inclusive: false,
      toDOM: (mark) => ["a", { href: mark.attrs.href, rel: "noreferrer noopener" }, 0],
    },
    strong: { toDOM: () => ["strong", 0] },
    em: { toDOM: () => ["em", 0] },
    strike: { toDOM: () => ["s", 0] },
    code: { excludes: "_", toDOM: () => ["code", 0] },
  },
});

const { nodes, marks } = schema;
// Tables, fences, indented code, HTML and pictures are not in the schema.
const FOREIGN = /^(\s*\||```|~~~| {4}\S|\t)|!\[|^<\w/m;
const HEADING = /^(#{2,4}) (.*)$/;
const ITEM = /^(?:(-)|(\d{1,9})\.) /;

/** The document of a text; undefined if it would not come back as the same string. */
export function documentOf(text: string): Node | undefined {
  if (FOREIGN.test(text)) return undefined;
  const found = nodes.doc.create(null, filled(blocks(text.split("\n"))));
  return textOf(found) === text ? found : undefined;
}

/** Of text that somebody pastes, as near as can be. */
export const fragmentOf = (text: string): Node =>
  nodes.doc.create(null, filled(blocks(text.split("\n"))));

const filled = (made: Node[]) => (made.length ? made : [nodes.paragraph.create()]);

function blocks(lines: string[]): Node[] {
  const made: Node[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    const heading = HEADING.exec(line);
    if (!line.trim()) at += 1;
    else if (heading) {
      made.push(nodes.heading.create({ level: heading[1]?.length }, inline(heading[2] ?? "")));
      at += 1;
    } else if (line === "---") {
      made.push(nodes.rule.create());
      at += 1;
    } else if (line.startsWith(">")) {
      const end = runs(lines, at, (one) => one.startsWith(">"));
      const inside = lines.slice(at, end).map((one) => one.replace(/^> ?/, ""));
      made.push(nodes.blockquote.create(null, filled(blocks(inside))));
      at = end;
    } else if (ITEM.test(line)) {
      const [node, end] = list(lines, at);
      made.push(node);
      at = end;
    } else {
      const end = runs(lines, at, (one) => Boolean(one.trim()) && !begins(one));
      made.push(nodes.paragraph.create(null, inline(lines.slice(at, end).join("\n"))));
      at = Math.max(end, at + 1);
    }
  }
  return made;
}

const begins = (line: string) => HEADING.test(line) || ITEM.test(line) || /^(>|---$)/.test(line);

function runs(lines: string[], from: number, fits: (line: string) => boolean): number {
  let end = from;
  while (end < lines.length && fits(lines[end] ?? "")) end += 1;
  return end;
}

function list(lines: string[], from: number): [Node, number] {
  const [, bullet, start] = ITEM.exec(lines[from] ?? "") ?? [];
  const same = (line: string) => Boolean(ITEM.exec(line)?.[bullet ? 1 : 2]);
  const items: Node[] = [];
  let at = from;
  while (at < lines.length && same(lines[at] ?? "")) {
    const first = lines[at] ?? "";
    const width = ITEM.exec(first)?.[0].length ?? 2;
    const end = runs(lines, at + 1, (line) => line.startsWith(" ".repeat(Math.min(width, 3))));
    const inside = lines.slice(at + 1, end).map((line) => line.slice(Math.min(width, 3)));
    const words = nodes.paragraph.create(null, inline(first.slice(width)));
    const below = blocks(inside).filter(({ type }) => type.name.endsWith("_list"));
    items.push(nodes.list_item.create(null, [words, ...below]));
    at = end;
  }
  const kind = bullet ? nodes.bullet_list : nodes.ordered_list;
  return [kind.create(bullet ? null : { start: Number(start) }, items), at];
}

const INLINE = new RegExp(
  [
    /\\(?<escaped>[\\`*_[\]<>~#+.>-])/,
    /(?<hard>\\\n)/,
    /(?<line>\n)/,
    /`(?<code>[^`\n]+)`/,
    /\*\*(?=\S)(?<strong>[\s\S]*?\S)\*\*(?!\*)/,
    /\*(?=[^\s*])(?<em>(?:[^*]|\*\*[^*]+\*\*)*?[^\s])\*(?!\*)/,
    /~~(?=\S)(?<strike>[\s\S]*?\S)~~/,
    /\[(?<words>[^[\]]+)\]\((?<href>[^()\s]+)\)/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "g",
);

function inline(text: string, held: readonly Mark[] = []): Node[] {
  const made: Node[] = [];
  let plain = "";
  let after = 0;
  const flush = () => {
    if (plain) made.push(schema.text(plain, held));
    plain = "";
  };
  for (const found of text.matchAll(INLINE)) {
    plain += text.slice(after, found.index);
    after = found.index + found[0].length;
    const { escaped, hard, line, code, words, href, ...styled } = found.groups ?? {};
    if (escaped) {
      plain += escaped;
      continue;
    }
    flush();
    if (hard) made.push(nodes.hard.create());
    else if (line) made.push(nodes.line.create());
    else if (code) made.push(schema.text(code, [marks.code.create()]));
    else if (words) made.push(...inline(words, marks.link.create({ href }).addToSet(held)));
    else {
      const [name, inside] = Object.entries(styled).find(([, value]) => value) ?? [];
      const mark = marks[name as "strong" | "em" | "strike"];
      made.push(...inline(inside ?? "", mark.create().addToSet(held)));
    }
  }
  plain += text.slice(after);
  flush();
  return made;
}

export const textOf = (doc: Node): string => written(doc).replace(/^\n+|\n+$/g, "");

const written = (parent: Node): string => parent.children.map(block).join("\n\n");

function block(node: Node): string {
  switch (node.type.name) {
    case "heading":
      return `${"#".repeat(node.attrs.level)} ${styled(node)}`;
    case "rule":
      return "---";
    case "blockquote":
      return written(node).replace(/^/gm, "> ").replace(/^> $/gm, ">");
    case "bullet_list":
      return node.children.map((item) => itemText(item, "- ")).join("\n");
    case "ordered_list":
      return node.children
        .map((item, index) => itemText(item, `${node.attrs.start + index}. `))
        .join("\n");
    default:
      return guarded(styled(node));
  }
}

function itemText(item: Node, mark: string): string {
  const [words, ...below] = item.children;
  const indent = " ".repeat(Math.min(mark.length, 3));
  const lists = below.map((list) => block(list).replace(/^/gm, indent));
  return [mark + (words ? styled(words) : ""), ...lists].join("\n");
}

/** A paragraph that begins like something else is told from it. */
const guarded = (text: string) =>
  text.replace(/^(#{1,6} |>|[-+*] |---$)/gm, "\\$1").replace(/^(\d{1,9})([.)]) /gm, "$1\\$2 ");

const SIGNS: Record<string, (mark: Mark, end: boolean) => string> = {
  link: (mark, end) => (end ? `](${mark.attrs.href})` : "["),
  strong: () => "**",
  em: () => "*",
  strike: () => "~~",
  code: () => "`",
};

/** Words with the signs of their marks; blanks stay outside, where Markdown wants them. */
function styled(node: Node): string {
  let text = "";
  let open: readonly Mark[] = [];
  const close = (kept: number) => {
    const blank = /\s*$/.exec(text)?.[0] ?? "";
    const ends = open.slice(kept).toReversed();
    text = text.slice(0, text.length - blank.length);
    text += ends.map((mark) => SIGNS[mark.type.name]?.(mark, true)).join("") + blank;
    open = open.slice(0, kept);
  };
  for (const child of node.children) {
    const differs = open.findIndex((mark, index) => !child.marks[index]?.eq(mark));
    close(differs < 0 ? open.length : differs);
    const begin = child.marks.slice(open.length);
    const words = wordsOf(child);
    const [blank = ""] = /^\s*/.exec(words) ?? [];
    text += blank + begin.map((mark) => SIGNS[mark.type.name]?.(mark, false)).join("");
    text += words.slice(blank.length);
    open = child.marks;
  }
  close(0);
  return text;
}

function wordsOf({ type, text = "", marks: held }: Node): string {
  if (type.name === "line") return "\n";
  if (type.name === "hard") return "\\\n";
  return held.some((mark) => mark.type.name === "code") ? text : escaped(text);
}

/** Only what would mean something: a lone asterisk between blanks does not. */
const escaped = (text: string) =>
  text.replace(
    /\\(?=[\\`*_[\]<>~#+.>-])|`|(?<!\s|^)\*|\*(?!\s|$)|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|\[(?=[^\]]*\]\()|~(?=~)|<(?=[a-z/!])/giu,
    "\\$&",
  );
