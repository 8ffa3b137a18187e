// What is pasted from Word, Google Docs and web pages, as Markdown: its words and their meaning,
// nothing of its looks. Read in an inert document: nothing in it runs or loads.

import { fragment } from "../../shared/elements";

type Write = (element: Element) => string;

const BLOCKS = new Set(
  "P,DIV,SECTION,ARTICLE,MAIN,HEADER,FOOTER,FIGURE,FIGCAPTION,ADDRESS,DL,DT,DD,PRE".split(","),
);
const NOTHING = new Set(
  "STYLE,SCRIPT,TITLE,META,LINK,TEMPLATE,NOSCRIPT,IFRAME,OBJECT,SVG,HEAD,XML".split(","),
);
const OFFICE_LIST = /mso-list:\s*(l\d+)\s+level(\d+)/i;
const SAFE = /^(https?|mailto):/i;

/** Markdown of a piece of HTML, "" if there are no words in it. */
export function markdownOf(html: string): string {
  const found = /<!--StartFragment-->([\s\S]*?)<!--EndFragment-->/.exec(html)?.[1] ?? html;
  // Office's own conditional comments hold markers of lists and pictures, not words.
  const words = found.replace(/<!\[if !supportLists\]>[\s\S]*?<!\[endif\]>/gi, "");
  return flow(fragment(inert(words)))
    .replace(/[ \t]+\n/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** Without what a browser would report of it, though it does nothing in such a document. */
const inert = (html: string) =>
  html
    .replace(/<(style|script)\b[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) =>
      tag.replace(/(["'\s/])(style|on[a-z]+)(\s*=)/gi, "$1data-$2$3"),
    );

const styleOf = (element: Element) => element.getAttribute("data-style") ?? "";

/** Blocks under each other; words between them are paragraphs of their own. */
function flow(parent: ParentNode): string {
  const made: string[] = [];
  let words = "";
  const flush = () => {
    if (words.trim()) made.push(tidy(words));
    words = "";
  };
  for (const node of parent.childNodes) {
    if (node instanceof Element || node.nodeType === Node.ELEMENT_NODE) {
      const element = node as Element;
      const block = written(element);
      if (block !== undefined) {
        flush();
        if (block) made.push(block);
        continue;
      }
    }
    words += said(node);
  }
  flush();
  return made.reduce((all, block) => all + between(all, block) + block, "");
}

/** Items of one list stand close together. */
const between = (before: string, after: string) => {
  if (!before) return "";
  const last = before.split("\n").at(-1) ?? "";
  return OWN_ITEM.test(last) && OWN_ITEM.test(after) && !after.includes("\n") ? "\n" : "\n\n";
};
const OWN_ITEM = /^\s*(-|\d+\.) /;

const tidy = (words: string) => words.replace(/[ \t\r\f]*\n[ \t\r\f]*/g, "\n").trim();

const WRITE: Record<string, Write> = {
  H1: heading(2),
  H2: heading(2),
  H3: heading(3),
  H4: heading(4),
  H5: heading(4),
  H6: heading(4),
  HR: () => "---",
  UL: (element) => list(element),
  OL: (element) => list(element),
  BLOCKQUOTE: (element) => flow(element).replace(/^/gm, "> ").replace(/^> $/gm, ">"),
  TABLE: table,
};

function written(element: Element): string | undefined {
  const name = element.tagName.toUpperCase();
  if (NOTHING.has(name)) return "";
  const write = WRITE[name];
  if (write) return write(element);
  if (!BLOCKS.has(name)) return holdsBlocks(element) ? flow(element) : undefined;
  const item = OFFICE_LIST.exec(styleOf(element));
  return item ? officeItem(element, Number(item[2])) : flow(element);
}

// Google Docs wraps everything in one <b>, which means nothing.
const holdsBlocks = (element: Element) =>
  element.querySelector("p,div,ul,ol,table,h1,h2,h3,h4,h5,h6,blockquote,hr") !== null;

function heading(level: number): Write {
  return (element) => {
    const words = oneLine(element);
    return words && `${"#".repeat(level)} ${words}`;
  };
}

function list(element: Element, indent = ""): string {
  const numbered = element.tagName.toUpperCase() === "OL";
  let number = Number(element.getAttribute("start") ?? 1);
  const inwards = indent + (numbered ? "   " : "  ");
  const lines: string[] = [];
  for (const item of element.children) {
    const name = item.tagName.toUpperCase();
    // Google Docs puts lists into lists, not into their items.
    if (name === "UL" || name === "OL") lines.push(list(item, inwards));
    if (name !== "LI") continue;
    const inner = [...item.children].filter(({ tagName }) => /^[UO]L$/i.test(tagName));
    const mark = numbered ? `${number}. ` : "- ";
    const words = oneLine(item, inner);
    if (words) lines.push(indent + mark + words);
    lines.push(...inner.map((below) => list(below, inwards)));
    number += 1;
  }
  return lines.filter(Boolean).join("\n");
}

/** Word writes lists as paragraphs; whether they are numbered only their first sign says. */
function officeItem(element: Element, level: number): string {
  const sign = [...element.querySelectorAll("span")].find((span) =>
    /mso-list:\s*ignore/i.test(styleOf(span)),
  );
  const mark = /\d/.test(sign?.textContent ?? "") ? "1." : "-";
  sign?.remove();
  return `${"   ".repeat(level - 1)}${mark} ${oneLine(element)}`;
}

function table(element: Element): string {
  const rows = [...element.querySelectorAll("tr")].map((row) =>
    [...row.children].map((cell) => oneLine(cell).replaceAll("|", "\\|")),
  );
  const width = Math.max(0, ...rows.map(({ length }) => length));
  if (width < 2) return flow({ childNodes: element.querySelectorAll("td,th") } as never);
  const line = (cells: string[]) =>
    `| ${Array.from({ length: width }, (_, at) => cells[at] ?? "").join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), `|${" --- |".repeat(width)}`, ...body.map(line)].join("\n");
}

const oneLine = (element: Element, without: Element[] = []) =>
  [...element.childNodes]
    .filter((node) => !without.includes(node as Element))
    .map((node) => {
      const block =
        node.nodeType === Node.ELEMENT_NODE && BLOCKS.has((node as Element).tagName.toUpperCase());
      return block ? ` ${said(node)} ` : said(node);
    })
    .join("")
    .replace(/\s+/g, " ")
    .trim();

/** Words with what they mean. */
function said(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return literal(node.textContent ?? "");
  if (node.nodeType !== Node.ELEMENT_NODE) return "";
  const element = node as Element;
  const name = element.tagName.toUpperCase();
  if (NOTHING.has(name)) return "";
  if (name === "BR") return "\n";
  const inside = [...element.childNodes].map(said).join("");
  if (name === "A") return anchor(element, inside);
  const marks = meant(element, name);
  return marks.reduce(around, inside);
}

/** Text as it is, in Markdown: what would mean something else is escaped. */
const literal = (text: string) =>
  text.replace(/[\s\u00a0]+/g, " ").replace(/([*_`[\]<>\\])/g, "\\$1");

function anchor(element: Element, inside: string): string {
  const address = element.getAttribute("href") ?? "";
  const words = inside.trim();
  if (!words || !SAFE.test(address)) return inside;
  return `[${words}](${address.replace(/[\s()<>]/g, encodeURIComponent)})`;
}

/** Bold or italic, by its element or by the style that office programs write instead. */
function meant(element: Element, name: string): string[] {
  const style = styleOf(element);
  const weight = /(?<![-\w])font-weight:\s*(\w+)/i.exec(style)?.[1];
  const plainly = weight === "normal" || weight === "400";
  const bold = (/^(B|STRONG)$/.test(name) && !plainly) || /^(bold|[6-9]00)$/.test(weight ?? "");
  const italic = /^(I|EM)$/.test(name) || /font-style:\s*italic/i.test(style);
  return [bold && "**", italic && "*", /^(S|DEL|STRIKE)$/.test(name) && "~~"].filter(
    (mark) => mark !== false,
  );
}

/** Marks touch the words: blanks stay outside. */
function around(words: string, mark: string): string {
  const [, before = "", inside = "", after = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(words) ?? [];
  return inside && !inside.includes(mark) ? before + mark + inside + mark + after : words;
}
