// Draws of a long list only what is near to be seen, and keeps still what is being read.
//
// Rows stand in the flow of the page and differ in height. Where rows are left out, the next one has
// a gap before it, as high as they are or are thought to be. When the list changes above the first
// row in view, or a row turns out higher than was thought, the page is scrolled by as much.

import { signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef } from "preact/hooks";

// Drawn anew when less than LEAST is ready beyond the view, or more than MOST, and then as much as
// BEYOND: without the room in between a row at the edge could come and go for ever.
const LEAST_PX = 250;
const BEYOND_PX = 700;
const MOST_PX = 1600;
// How high a row is thought to be, until as many were measured as tell it better.
const THOUGHT_PX = 160;
const TELLING = 8;

export interface Drawn {
  index: number;
  gap: number;
}

export class Windowing {
  /** Whether the first row is in view: then what is new may push the others down. */
  readonly top = signal(true);
  #keys: string[] = [];
  #offsets: number[] = [0];
  #heights = new Map<string, number>();
  // Set once: were it to change, so would the place of everything that was never drawn.
  #mean = 0;
  #rows = new Map<string, HTMLElement>();
  #from = 0;
  #to = 12;
  #anchor: { key: string; at: number } | undefined;
  #feed: HTMLElement | undefined;
  #scroller: Element = document.documentElement;
  #redraw: () => void;
  #observer = new ResizeObserver(() => this.settle());

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  /** The first row in view. */
  get first(): string | undefined {
    return this.#anchor?.key;
  }

  redraw(): void {
    this.#redraw();
  }

  get size(): number {
    return this.#offsets.at(-1) ?? 0;
  }

  lay(keys: string[]): void {
    if (keys === this.#keys) return;
    this.#keys = keys;
    this.#add();
  }

  #add(): void {
    if (!this.#mean && this.#heights.size >= TELLING) {
      const known = [...this.#heights.values()];
      this.#mean = known.reduce((a, b) => a + b, 0) / known.length;
    }
    const mean = this.#mean || THOUGHT_PX;
    const offsets = [0];
    let sum = 0;
    for (const key of this.#keys) {
      sum += this.#heights.get(key) ?? mean;
      offsets.push(sum);
    }
    this.#offsets = offsets;
  }

  /** The rows to draw, in order: those near the view, and those of these keys wherever they are. */
  drawn(held: (string | undefined)[]): { rows: Drawn[]; after: number } {
    const wanted = new Set<number>();
    for (let index = this.#from; index < Math.min(this.#to, this.#keys.length); index += 1) {
      wanted.add(index);
    }
    for (const key of [...held, this.#anchor?.key]) {
      const index = key ? this.#keys.indexOf(key) : -1;
      if (index >= 0) wanted.add(index);
    }
    let end = 0;
    const rows = [...wanted]
      .sort((a, b) => a - b)
      .map((index) => {
        const gap = (this.#offsets[index] ?? 0) - end;
        end = this.#offsets[index + 1] ?? 0;
        return { index, gap };
      });
    return { rows, after: this.size - end };
  }

  /** A row was drawn; gives what forgets it. */
  hold(key: string, row: HTMLElement): () => void {
    this.#rows.set(key, row);
    this.#observer.observe(row);
    return () => {
      this.#observer.unobserve(row);
      if (this.#rows.get(key) === row) this.#rows.delete(key);
    };
  }

  row(key: string): HTMLElement | undefined {
    return this.#rows.get(key);
  }

  attach(feed: HTMLElement): () => void {
    this.#feed = feed;
    this.#scroller = scrollerOf(feed);
    // Settled first: a row may have grown since, and where it stands now is no place to keep.
    const look = () => this.settle();
    const page = document.querySelector("main") ?? document.body;
    this.#observer.observe(page);
    document.addEventListener("scroll", look, { capture: true, passive: true });
    addEventListener("resize", look);
    this.#look();
    return () => {
      this.#observer.disconnect();
      document.removeEventListener("scroll", look, { capture: true });
      removeEventListener("resize", look);
    };
  }

  /** Another list is shown: nothing of the former is to be kept in its place. */
  anew(): void {
    this.#anchor = undefined;
    this.top.value = true;
  }

  /** After the rows changed: measure them, and put back in its place what is being read. */
  settle(): void {
    if (!this.#feed) return;
    this.#measure();
    const anchor = this.#anchor;
    const row = anchor && this.#rows.get(anchor.key);
    // Where a row is in use, its menu say, nothing may slip away under the hand.
    const busy = this.#feed.contains(document.activeElement);
    if (row && (busy || !this.top.peek())) {
      const by = this.#place(row) - anchor.at;
      if (Math.abs(by) >= 1) this.#scroller.scrollBy({ top: by, behavior: "instant" });
    }
    this.#look();
  }

  #measure(): void {
    let changed = false;
    for (const [key, row] of this.#rows) {
      const { height } = row.getBoundingClientRect();
      if (!height || Math.abs((this.#heights.get(key) ?? 0) - height) < 0.5) continue;
      this.#heights.set(key, height);
      changed = true;
    }
    if (!changed) return;
    this.#add();
    this.#redraw();
  }

  #look(): void {
    const feed = this.#feed;
    if (!feed) return;
    const { top } = feed.getBoundingClientRect();
    this.#remember(top);
    const near = this.#range(top, LEAST_PX);
    const far = this.#range(top, MOST_PX);
    const fits =
      this.#from <= near.from &&
      this.#to >= near.to &&
      this.#from >= far.from &&
      this.#to <= far.to;
    if (fits) return;
    ({ from: this.#from, to: this.#to } = this.#range(top, BEYOND_PX));
    this.#redraw();
  }

  /** The rows in view, and so far beyond it. */
  #range(top: number, beyond: number): { from: number; to: number } {
    const to = this.#indexAt(innerHeight - top + beyond) + 1;
    return { from: this.#indexAt(-top - beyond), to: Math.min(to, this.#keys.length) };
  }

  /** What is first in view, and where it stands in the page. */
  #remember(feedTop: number): void {
    // The bar above the feed sticks to the top of the window and covers what is under it.
    const edge = this.#feed?.previousElementSibling?.getBoundingClientRect().bottom ?? 0;
    this.top.value = feedTop >= edge - 8;
    let first: { key: string; at: number } | undefined;
    for (const [key, row] of this.#rows) {
      if (row.getBoundingClientRect().bottom <= edge + 1) continue;
      const at = this.#place(row);
      if (!first || at < first.at) first = { key, at };
    }
    this.#anchor = first;
  }

  #place = (row: HTMLElement): number => row.getBoundingClientRect().top + this.#scroller.scrollTop;

  #indexAt(offset: number): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#offsets[middle + 1] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function scrollerOf(element: HTMLElement): Element {
  for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  }
  return document.scrollingElement ?? document.documentElement;
}

/** Windowing of the list of these keys inside the feed. */
export function useWindowing(keys: string[], feed: RefObject<HTMLElement | null>): Windowing {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const held = useRef<Windowing | null>(null);
  held.current ??= new Windowing(() => redraw(undefined as never));
  const windowing = held.current;
  windowing.lay(keys);
  useEffect(() => (feed.current ? windowing.attach(feed.current) : undefined), []);
  useLayoutEffect(() => windowing.settle());
  return windowing;
}
