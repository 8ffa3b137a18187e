// What is being written: parts and fields as signals, each part its own, so that a keystroke draws
// nothing but the part it falls into.

import { batch, computed, type Signal, signal } from "@preact/signals";
import type { Written } from "../types";
import { ownZone } from "../ui/moments";
import { type Block, joined, normal, type Part, parsed, says, serialised } from "./parts";

export type Verification = NonNullable<Written["verification"]>;

/** All of an update that is not its text. Times are RFC 3339, "" where there is none. */
export interface Fields {
  title: string;
  bylines: string[];
  key_event: boolean;
  pinned: boolean;
  breaking: boolean;
  verification: Verification | "";
  source: string;
  tags: string[];
  displayed: string;
  embargo: string;
  /** In which the newsroom thinks of the embargo (IANA). */
  zone: string;
  draft: "" | "shared" | "private";
}

export interface TextPart {
  key: number;
  kind: "text";
  text: Signal<string>;
}
export interface BlockPart {
  key: number;
  kind: "block";
  block: Signal<Block>;
}
export type LivePart = TextPart | BlockPart;

/** What is kept on this device: can be cloned. */
export interface Plain {
  parts: Part[];
  fields: Fields;
}

export const noFields = (): Fields => ({
  title: "",
  bylines: [],
  key_event: false,
  pinned: false,
  breaking: false,
  verification: "",
  source: "",
  tags: [],
  displayed: "",
  embargo: "",
  zone: ownZone(),
  draft: "",
});

let keys = 0;
const live = (part: Part): LivePart => {
  keys += 1;
  return part.kind === "text"
    ? { key: keys, kind: "text", text: signal(part.text) }
    : { key: keys, kind: "block", block: signal(part.block) };
};

export class Writing {
  readonly parts = signal<LivePart[]>([live({ kind: "text", text: "" })]);
  readonly fields = signal<Fields>(noFields());
  /** What was being written when something else came back: it returns once that is sent. */
  readonly aside = signal<Plain[]>([]);
  readonly titled = signal(false);
  /** Which card was just made and takes the focus. */
  fresh: number | undefined;
  /** The text that has the caret, or had it last. */
  area: HTMLTextAreaElement | undefined;
  /** What styles the rich text that has the focus, where that is shown. */
  rich: ((style: string) => void) | undefined;
  readonly areas = new Map<number, HTMLTextAreaElement>();
  /** Told of every change. */
  changed: () => void = () => {};

  readonly empty = computed(
    () =>
      !this.fields.value.title.trim() &&
      this.parts.value.every((part) =>
        part.kind === "text" ? !part.text.value.trim() : !says(part.block.value),
      ),
  );

  plain(): Plain {
    return { parts: this.parts.peek().map(asPart), fields: this.fields.peek() };
  }

  get markdown(): string {
    return serialised(this.plain().parts);
  }

  put({ parts, fields }: Plain): void {
    batch(() => {
      this.parts.value = normal(parts).map(live);
      this.fields.value = fields;
      this.titled.value = Boolean(fields.title);
    });
    this.area = undefined;
  }

  read(markdown: string, fields: Fields): void {
    this.put({ parts: parsed(markdown), fields });
  }

  set(fields: Partial<Fields>): void {
    this.fields.value = { ...this.fields.peek(), ...fields };
    if (fields.title) this.titled.value = true;
    this.changed();
  }

  typed(part: TextPart, text: string): void {
    part.text.value = text;
    this.changed();
  }

  edit<Type extends Block>(part: BlockPart, block: Type): void {
    part.block.value = block;
    this.changed();
  }

  /** Where the caret is: that text, else the last. */
  get here(): TextPart {
    const parts = this.parts.peek();
    const found = parts.find(({ key }) => this.area && this.areas.get(key) === this.area);
    return (found ?? parts.at(-1)) as TextPart;
  }

  /** Put blocks where the caret is; the text after it goes below them. */
  insert(...blocks: Block[]): void {
    const here = this.here;
    const area = this.areas.get(here.key);
    const text = here.text.peek();
    const at = area ? area.selectionEnd : text.length;
    const made = blocks.map((block) => live({ kind: "block", block }));
    const between = made.flatMap((part, index) =>
      index ? [live({ kind: "text", text: "" }), part] : [part],
    );
    const below = live({ kind: "text", text: text.slice(at).replace(/^\n+/, "") });
    this.fresh = made[0]?.key;
    batch(() => {
      here.text.value = text.slice(0, at).replace(/\s+$/, "");
      this.#place(
        this.parts.peek().flatMap((part) => (part === here ? [part, ...between, below] : [part])),
      );
    });
  }

  /** Take a block away; gives what brings it back. */
  remove(part: BlockPart): () => void {
    const before = this.parts.peek();
    const texts = before.map((one) => (one.kind === "text" ? one.text.peek() : ""));
    const at = before.indexOf(part);
    const [above, below] = [before[at - 1] as TextPart, before[at + 1] as TextPart];
    batch(() => {
      above.text.value = joined(above.text.peek(), below.text.peek());
      this.#place(before.filter((one) => one !== part && one !== below));
    });
    const joint = above.text.peek();
    return () => {
      // Where it stood is gone or was written on: then it comes back at the end.
      const whole = this.parts.peek().includes(above) && above.text.peek() === joint;
      if (!whole) {
        this.#place([...this.parts.peek(), part, live({ kind: "text", text: "" })]);
        return;
      }
      batch(() => {
        above.text.value = texts[at - 1] ?? "";
        const now = this.parts.peek();
        const place = now.indexOf(above) + 1;
        this.#place([...now.slice(0, place), part, below, ...now.slice(place)]);
      });
    };
  }

  /** One step up (-1) or down (1), past a text that says something or a block. */
  move(part: BlockPart, by: -1 | 1): void {
    const said = this.parts
      .peek()
      .filter((one) => one.kind === "block" || one.text.peek().trim() || false);
    const at = said.indexOf(part);
    const other = said[at + by];
    if (!other) return;
    said[at] = other;
    said[at + by] = part;
    this.#place(spread(said));
  }

  /** Put the caret into the first text, rich or not. */
  focus(): void {
    const area = this.areas.get(this.parts.peek()[0]?.key ?? 0);
    const over = area?.hidden && area.parentElement?.querySelector<HTMLElement>(".ProseMirror");
    (over || area)?.focus();
  }

  setAside(): void {
    this.aside.value = [...this.aside.peek(), this.plain()];
  }

  #place(parts: LivePart[]): void {
    this.parts.value = parts;
    this.changed();
  }
}

const asPart = (part: LivePart): Part =>
  part.kind === "text"
    ? { kind: "text", text: part.text.peek() }
    : { kind: "block", block: part.block.peek() };

/** Live parts, alternating again after a move; those that stay keep their key, so their fields. */
function spread(parts: LivePart[]): LivePart[] {
  const made: LivePart[] = [];
  for (const part of parts) {
    const last = made.at(-1);
    if (part.kind === "text" && last?.kind === "text") {
      last.text.value = joined(last.text.peek(), part.text.peek());
    } else if (part.kind === "block" && last?.kind !== "text") {
      made.push(live({ kind: "text", text: "" }), part);
    } else made.push(part);
  }
  if (made.at(-1)?.kind !== "text") made.push(live({ kind: "text", text: "" }));
  return made;
}
