// Markdown under somebody's hands: what buttons and keys do to a textarea. The browser's own undo
// keeps working, since everything goes through insertText.

export interface Change {
  from: number;
  to: number;
  text: string;
  /** What is selected afterwards. */
  select?: [number, number];
}

export function apply(area: HTMLTextAreaElement, { from, to, text, select }: Change): void {
  area.focus();
  area.setSelectionRange(from, to);
  const done = text
    ? document.execCommand("insertText", false, text)
    : from === to || document.execCommand("delete");
  if (!done) {
    area.setRangeText(text, from, to, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  if (select) area.setSelectionRange(...select);
}

/** Put marks around what is selected, or take them away. */
export function wrapped(area: HTMLTextAreaElement, mark: string): Change {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const size = mark.length;
  const inside = value.slice(from, to);
  const before = /\**$/.exec(value.slice(0, from))?.[0].length ?? 0;
  const after = /^\**/.exec(value.slice(to))?.[0].length ?? 0;
  // One asterisk is italic, two are bold, three are both.
  const around = Math.min(before, after, 3);
  if (size === 2 ? around >= 2 : around % 2) {
    return { from: from - size, to: to + size, text: inside, select: [from - size, to - size] };
  }
  return { from, to, text: mark + inside + mark, select: [from + size, to + size] };
}

export function linked(area: HTMLTextAreaElement, address = ""): Change {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const words = value.slice(from, to);
  const text = `[${words}](${address})`;
  const inAddress = from + words.length + 3;
  const select: [number, number] = address
    ? [from + text.length, from + text.length]
    : words
      ? [inAddress, inAddress]
      : [from + 1, from + 1];
  return { from, to, text, select };
}

/** Begin each selected line with a mark, or take it away where all have it. */
export function prefixed(area: HTMLTextAreaElement, mark: string): Change {
  const { selectionStart, selectionEnd, value } = area;
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const end = value.indexOf("\n", selectionEnd);
  const to = end < 0 ? value.length : end;
  const lines = value.slice(from, to).split("\n");
  const all = lines.every((line) => line.startsWith(mark));
  const text = lines.map((line) => (all ? line.slice(mark.length) : mark + line)).join("\n");
  return { from, to, text, select: [from + text.length, from + text.length] };
}

const ITEM = /^(\s*)([-*+]|(\d+)([.)])|>)\s+(.*)$/;

/** What Enter does in a list or quotation: its next item, or its end after an empty one. */
export function continued(area: HTMLTextAreaElement): Change | undefined {
  const { selectionStart: at, selectionEnd, value } = area;
  if (at !== selectionEnd) return undefined;
  const from = value.lastIndexOf("\n", at - 1) + 1;
  const found = ITEM.exec(value.slice(from, at));
  if (!found) return undefined;
  const [, indent = "", mark = "", number, dot, words] = found;
  if (!words?.trim()) return { from, to: at, text: "" };
  const next = number ? `${Number(number) + 1}${dot}` : mark;
  return { from: at, to: at, text: `\n${indent}${next} ` };
}

/** The line that the caret is on, up to it. */
export const lineBefore = (area: HTMLTextAreaElement): string =>
  area.value.slice(area.value.lastIndexOf("\n", area.selectionStart - 1) + 1, area.selectionStart);

export const isAddress = (text: string): boolean => /^https?:\/\/[^\s<>]+$/.test(text.trim());

export const words = (text: string): number =>
  text.match(/[\p{L}\p{N}][\p{L}\p{N}'’.-]*/gu)?.length ?? 0;
