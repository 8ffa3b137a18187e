// What an update is made of as it is written: text, and between it blocks that are edited as cards.
// Both make one Markdown text, in which a block is a fence of its JSON (blocks.py reads it).

import type { Image } from "../types";

export interface Side {
  name: string;
  points?: string;
}

export interface Blocks {
  image: Image;
  quote: { html: string; attribution?: string; url?: string };
  embed: { url: string; title?: string; provider?: string; text?: string };
  score: { sides: Side[]; title?: string; state?: string };
  table: { rows: string[][]; header?: string[]; caption?: string };
  heading: { html: string; level?: number };
  divider: Record<never, never>;
}
export type BlockType = keyof Blocks;
export type BlockOf<Type extends BlockType> = { type: Type } & Blocks[Type];
export type Block = { [Type in BlockType]: BlockOf<Type> }[BlockType];

export type Part = { kind: "text"; text: string } | { kind: "block"; block: Block };

/** Whether a block of each type has anything in it; one that has not is not sent. */
const SAYS: { [Type in BlockType]: (block: Blocks[Type]) => boolean } = {
  image: ({ src }) => src !== "",
  quote: ({ html }) => html !== "",
  embed: ({ url }) => url !== "",
  score: ({ sides, title }) => Boolean(title) || sides.some(({ name }) => name.trim()),
  table: ({ rows, header = [] }) => [header, ...rows].flat().some((cell) => cell.trim()),
  heading: ({ html }) => html.trim() !== "",
  divider: () => true,
};

export const says = (block: Block): boolean =>
  (SAYS[block.type] as (block: Block) => boolean)(block);

const FENCE = /^```block[ \t]*\n([^\n]*(?:\n(?!```)[^\n]*)*)\n```[ \t]*$/gm;
const LOCAL = "local:";

/** One Markdown text. Blank text is left out; JSON on one line cannot end its own fence. */
export const serialised = (parts: Part[]): string =>
  parts
    .map((part) =>
      part.kind === "text" ? trimmed(part.text) : says(part.block) && fence(part.block),
    )
    .filter(Boolean)
    .join("\n\n");

const fence = (block: Block) => `\`\`\`block\n${JSON.stringify(block)}\n\`\`\``;

/** The parts of a Markdown text. A fence that is no block we know stays text. */
export function parsed(markdown: string): Part[] {
  const parts: Part[] = [];
  let after = 0;
  for (const found of markdown.matchAll(FENCE)) {
    const block = blockOf(found[1] ?? "");
    if (!block) continue;
    parts.push({ kind: "text", text: trimmed(markdown.slice(after, found.index)) });
    parts.push({ kind: "block", block });
    after = found.index + found[0].length;
  }
  return normal([...parts, { kind: "text", text: trimmed(markdown.slice(after)) }]);
}

function blockOf(json: string): Block | undefined {
  try {
    const block = JSON.parse(json) as Block;
    return Object.hasOwn(SAYS, block?.type) ? block : undefined;
  } catch {
    return undefined;
  }
}

/** The same parts with one text before, after and between any two blocks, so that there is always
 * a place to write. */
export function normal(parts: Part[]): Part[] {
  const made: Part[] = [{ kind: "text", text: "" }];
  for (const part of parts) {
    const last = made.at(-1);
    if (part.kind === "block") {
      if (last?.kind === "block") made.push({ kind: "text", text: "" });
      made.push(part);
    } else if (last?.kind === "text") {
      made[made.length - 1] = { kind: "text", text: joined(last.text, part.text) };
    } else made.push(part);
  }
  if (made.at(-1)?.kind === "block") made.push({ kind: "text", text: "" });
  return made;
}

export const joined = (before: string, after: string): string =>
  trimmed(before) && trimmed(after)
    ? `${before.replace(/\n+$/, "")}\n\n${after.replace(/^\n+/, "")}`
    : before.trim()
      ? before
      : after;

const trimmed = (text: string) => text.replace(/^(?:[ \t]*\n)+/, "").trimEnd();

/** The id of a picture that is not uploaded yet. */
export const localId = (src: string): string | undefined =>
  src.startsWith(LOCAL) ? src.slice(LOCAL.length) : undefined;
export const localSrc = (id: string): string => LOCAL + id;
