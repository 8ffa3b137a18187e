// Two texts that were both made of a third, brought together line by line (as diff3 does it).

import { diffArrays } from "diff";

/** Lines that are agreed on, or that each changed in another way. */
export type Piece = { agreed: string[] } | { theirs: string[]; mine: string[] };

interface Edit {
  from: number;
  to: number;
  lines: string[];
}

export function merged(base: string, theirs: string, mine: string): Piece[] {
  const old = base.split("\n");
  const [left, right] = [edits(old, theirs.split("\n")), edits(old, mine.split("\n"))];
  const pieces: Piece[] = [];
  let at = 0;
  while (left.length || right.length) {
    const region = together(left, right);
    pieces.push({ agreed: old.slice(at, region.from) }, decided(old, region));
    at = region.to;
  }
  pieces.push({ agreed: old.slice(at) });
  return pieces.filter((piece) => !("agreed" in piece) || piece.agreed.length);
}

function edits(old: string[], now: string[]): Edit[] {
  const found: Edit[] = [];
  let at = 0;
  let last: Edit | undefined;
  for (const { value, added, removed } of diffArrays(old, now)) {
    if (!added && !removed) {
      at += value.length;
      last = undefined;
      continue;
    }
    if (!last) {
      last = { from: at, to: at, lines: [] };
      found.push(last);
    }
    if (added) last.lines.push(...value);
    else {
      at += value.length;
      last.to = at;
    }
  }
  return found;
}

interface Region {
  from: number;
  to: number;
  left: Edit[];
  right: Edit[];
}

/** The next edits of both that touch one another; taken out of the two lists. */
function together(left: Edit[], right: Edit[]): Region {
  const first = Math.min(left[0]?.from ?? Infinity, right[0]?.from ?? Infinity);
  const region: Region = { from: first, to: first, left: [], right: [] };
  for (let grew = true; grew; ) {
    grew = false;
    for (const [list, taken] of [
      [left, region.left],
      [right, region.right],
    ] as const) {
      while (list[0] && list[0].from <= region.to) {
        const edit = list.shift() as Edit;
        taken.push(edit);
        region.to = Math.max(region.to, edit.to);
        grew = true;
      }
    }
  }
  return region;
}

function decided(old: string[], { from, to, left, right }: Region): Piece {
  const theirs = applied(old, from, to, left);
  const mine = applied(old, from, to, right);
  if (!right.length || theirs.join("\n") === mine.join("\n")) return { agreed: theirs };
  return left.length ? { theirs, mine } : { agreed: mine };
}

function applied(old: string[], from: number, to: number, edits: Edit[]): string[] {
  const lines: string[] = [];
  let at = from;
  for (const edit of edits) {
    lines.push(...old.slice(at, edit.from), ...edit.lines);
    at = edit.to;
  }
  return [...lines, ...old.slice(at, to)];
}

export interface Marks {
  theirs: string;
  mine: string;
  end: string;
}

/** As one text; where both changed the same lines, both stand there between the marks. */
export const asText = (pieces: Piece[], marks: Marks): string =>
  pieces
    .flatMap((piece) =>
      "agreed" in piece
        ? piece.agreed
        : [marks.theirs, ...piece.theirs, marks.mine, ...piece.mine, marks.end],
    )
    .join("\n");

export const isMarked = (text: string, marks: Marks): boolean => {
  const lines = new Set(text.split("\n").map((line) => line.trim()));
  return Object.values(marks).some((mark: string) => lines.has(mark));
};
