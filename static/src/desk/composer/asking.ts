// What somebody begins to write that can be completed: "/co", "#stri", "@ad", ":smi".

export type Asked = "command" | "tag" | "person" | "emoji";

export interface Asking {
  what: Asked;
  words: string;
  /** Where it begins in the text, its sign included. */
  from: number;
}

const SIGNS: [Asked, RegExp][] = [
  ["command", /^\/([\p{L}]*)$/u],
  ["tag", /(?<=^|\s)#([\p{L}\p{N}][\p{L}\p{N}-]*)$/u],
  ["person", /(?<=^|\s)@([\p{L}\p{N}.'-]*)$/u],
  ["emoji", /(?<=^|\s):([a-z0-9_+-]{2,})$/],
];

/** What is asked for at the caret, given its line up to there. */
export function asking(line: string, caret: number): Asking | undefined {
  for (const [what, sign] of SIGNS) {
    const found = sign.exec(line);
    if (found) return { what, words: found[1] ?? "", from: caret - found[0].length };
  }
  return undefined;
}
