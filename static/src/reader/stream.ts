// The updates on the page: a map by id in which the higher revision wins. New ones wait until the
// reader asks for them; what is on the page changes in place, and nothing moves under the reader.

import { localise, place } from "../shared/times";
import type { State, Update } from "../shared/wire";
import { article } from "./article";
import { Rail } from "./rail";

// Somebody reads below this part of the window's height, not above it.
const LOOKING_FROM = 0.25;

export class Stream {
  #main: HTMLElement;
  #feed: HTMLElement;
  #rail: Rail;
  #held = new Map<string, HTMLElement>();
  #waiting = new Map<string, Update>();
  #oldestFirst: boolean;
  #onlyKey: boolean;
  #firstPage: boolean;
  #more: boolean;

  constructor(main: HTMLElement) {
    this.#main = main;
    this.#feed = main.querySelector<HTMLElement>(".updates") as HTMLElement;
    this.#rail = new Rail(main, (id) => this.#held.has(id));
    this.#oldestFirst = main.dataset.order === "oldest";
    this.#onlyKey = "onlyKey" in main.dataset;
    this.#firstPage = "firstPage" in main.dataset;
    this.#more = "more" in main.dataset;
    for (const element of this.#feed.querySelectorAll<HTMLElement>("article[data-id]")) {
      this.#held.set(element.dataset.id ?? "", element);
    }
  }

  /** How many updates wait to be shown. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Whether new updates belong on this page, and not on another one. */
  get takesNew(): boolean {
    return this.#oldestFirst ? !this.#more : this.#firstPage;
  }

  /** The place of the oldest update on the page. */
  get oldest(): string | undefined {
    return [...this.#held.values()].map(placeOf).sort()[0];
  }

  apply(update: Update): void {
    if (update.revision <= this.#revision(update.id)) return;
    this.#put(update);
  }

  /** Show what waits; gives the newest of it. */
  show(): HTMLElement | undefined {
    const updates = [...this.#waiting.values()].sort((a, b) => (place(a) < place(b) ? -1 : 1));
    this.#waiting.clear();
    let newest: HTMLElement | undefined;
    for (const update of updates) newest = this.#place(update);
    return newest;
  }

  /** Become what the snapshot says, whatever was held before. */
  reconcile({ updates, more }: Pick<State, "updates" | "more">): void {
    const stands = new Map(updates.map((update) => [update.id, update]));
    const last = updates.at(-1);
    const end = more && last ? place(last) : "";
    const places = [
      ...[...this.#held].map(([id, element]) => [id, placeOf(element)] as const),
      ...[...this.#waiting].map(([id, update]) => [id, place(update)] as const),
    ];
    for (const [id, at] of places) {
      // What is older than the snapshot reaches is not known to be gone.
      if (!stands.has(id) && at >= end) this.#drop(id);
    }
    for (const update of stands.values()) {
      if (update.revision !== this.#revision(update.id)) this.#put(update);
    }
  }

  #revision(id: string): number {
    return this.#waiting.get(id)?.revision ?? Number(this.#held.get(id)?.dataset.revision ?? 0);
  }

  #put(update: Update): void {
    const held = this.#held.get(update.id);
    const waits = this.#waiting.has(update.id);
    if ((held || waits) && !update.pinned && this.#isOld(update)) {
      this.#drop(update.id);
      this.#rail.apply(update);
    } else if (held) {
      const stays = isPlaced(held, update);
      this.#steadily(() => this.#place(update), stays ? undefined : update.id);
    } else if (waits) this.#waiting.set(update.id, update);
    else if (update.pinned && this.#firstPage && this.#isOld(update)) {
      this.#steadily(() => this.#place(update));
    } else if (!this.#isOld(update) && (update.key_event || !this.#onlyKey)) {
      this.#waiting.set(update.id, update);
    }
  }

  /** Whether it belongs on another page: it is older than all here, and more follow there. */
  #isOld(update: Update): boolean {
    const unpinned = [...this.#held.values()].filter((element) => !pinned(element));
    const isOlder = unpinned.every((element) => place(update) < placeOf(element));
    return !this.#oldestFirst && this.#more && isOlder;
  }

  #place(update: Update): HTMLElement {
    const element = article(update, `/stories/${this.#main.dataset.story}/updates/${update.id}`);
    const old = this.#held.get(update.id);
    const focused = old?.contains(document.activeElement);
    if (old && isPlaced(old, update)) {
      old.replaceWith(element);
    } else {
      old?.remove();
      this.#feed.insertBefore(element, this.#follower(element));
    }
    this.#held.set(update.id, element);
    if (focused) element.focus({ preventScroll: true });
    this.#rail.apply(update);
    return element;
  }

  #follower(element: HTMLElement): HTMLElement | null {
    const articles = this.#feed.querySelectorAll<HTMLElement>("article[data-id]");
    return [...articles].find((other) => this.#precedes(element, other)) ?? null;
  }

  #precedes(one: HTMLElement, other: HTMLElement): boolean {
    if (this.#firstPage && pinned(one) !== pinned(other)) return pinned(one);
    return placeOf(one) < placeOf(other) === this.#oldestFirst;
  }

  #drop(id: string): void {
    this.#waiting.delete(id);
    this.#rail.drop(id);
    this.#steadily(() => this.#held.get(id)?.remove(), id);
    this.#held.delete(id);
  }

  /** Change the page while what the reader looks at stays where it is. Done by hand everywhere,
   * since Safari has no scroll anchoring; the stylesheet switches it off where there is. */
  #steadily(change: () => void, leaving?: string): void {
    const isBelow = this.#feed.getBoundingClientRect().top < 0;
    const looked = [...this.#held.keys()].find((id) => id !== leaving && this.#isLookedAt(id));
    const before = this.#top(looked);
    change();
    if (isBelow) scrollBy({ top: this.#top(looked) - before, behavior: "instant" });
  }

  #isLookedAt(id: string): boolean {
    const box = this.#held.get(id)?.getBoundingClientRect();
    return box !== undefined && box.bottom > innerHeight * LOOKING_FROM && box.top < innerHeight;
  }

  #top(id: string | undefined): number {
    return this.#held.get(id ?? "")?.getBoundingClientRect().top ?? 0;
  }
}

const placeOf = ({ dataset }: HTMLElement) => `${dataset.dated} ${dataset.id}`;

/** Whether the update belongs where its element stands. */
const isPlaced = (element: HTMLElement, update: Update) =>
  pinned(element) === Boolean(update.pinned) && placeOf(element) === place(update);

const pinned = (element: HTMLElement) => element.classList.contains("update-pinned");

/** The times that the server wrote in UTC become the reader's own. */
export function localiseAll(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("time[datetime]")) localise(element);
}
