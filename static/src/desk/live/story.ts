// One story as the desk holds it: everything published, in order, kept current by the public stream
// as any reader's page is; and what is not public, fetched again when the desk's stream says so.

import { batch, signal } from "@preact/signals";
import { type Connection, Following, type Listener } from "../../shared/following";
import { events, poll, socket } from "../../shared/transports";
import type { Update } from "../../shared/wire";
import { ask, Problem, signedOut } from "../api";
import { Backoff } from "../backoff";
import type { Note, Rules, StoryHead, Written } from "../types";

interface Page {
  cursor: string;
  updates: Update[];
  more: boolean;
}

const FIRST = 100;
const LATER = 500;

/** Where an update stands among the others: what sorts higher is newer. */
export const place = (update: Update): string =>
  `${update.displayed ?? update.published} ${update.id}`;

export class LiveStory {
  readonly slug: string;
  readonly head = signal<StoryHead | undefined>(undefined);
  /** Newest first. A new array whenever something changed. */
  readonly updates = signal<Update[]>([]);
  /** Whether older updates are still being fetched. */
  readonly loading = signal(true);
  readonly trouble = signal<unknown>(undefined);
  readonly connection = signal<Connection>("reconnecting");
  readonly drafts = signal<Written[]>([]);
  readonly notes = signal<Note[]>([]);
  readonly rules = signal<Rules | undefined>(undefined);
  #held = new Map<string, Update>();
  #following: Following | undefined;
  #over = new AbortController();
  /** Undefined while it is being loaded. */
  #whole: boolean | undefined;
  #backoff = new Backoff();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unsubscribe: () => void;

  constructor(slug: string) {
    this.slug = slug;
    addEventListener("online", this.#again, { signal: this.#over.signal });
    this.#unsubscribe = signedOut.subscribe((out) => out || this.#again());
  }

  get path(): string {
    return `/stories/${this.slug}`;
  }

  find(id: string): Update | undefined {
    return this.#held.get(id);
  }

  /** Load it; what passes is tried again by itself, and what is held is shown meanwhile. */
  async open(): Promise<void> {
    clearTimeout(this.#timer);
    this.#whole = undefined;
    try {
      await Promise.all([this.#load(), ...PRIVATE.map((what) => this.refresh(what))]);
      this.#whole = true;
      this.trouble.value = undefined;
      this.#backoff.worked();
    } catch (error) {
      if (!this.#over.signal.aborted) this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const status = error instanceof Problem ? error.status : 0;
    const out = status === 401;
    const passes = out || !(error instanceof Problem) || error.passes;
    this.#whole = false;
    // Without a network or a session the story stays open to be written in, though it is empty.
    const writable = status === 0 || out || (passes && this.head.peek() !== undefined);
    this.trouble.value = writable ? undefined : error;
    if (!passes || out) return;
    this.#backoff.failed();
    this.#timer = setTimeout(() => this.open(), this.#backoff.until - Date.now());
  }

  #again = () => {
    if (this.#whole === false) this.open();
  };

  close(): void {
    clearTimeout(this.#timer);
    this.#unsubscribe();
    this.#over.abort();
    this.#following?.stop();
  }

  /** Fetch what is not public again. */
  async refresh(what: Private): Promise<void> {
    const asked = { signal: this.#over.signal };
    if (what === "drafts") {
      this.drafts.value = (await ask<{ drafts: Written[] }>(`${this.path}/drafts`, asked)).drafts;
    } else if (what === "notes") {
      this.notes.value = (await ask<{ notes: Note[] }>(`${this.path}/notes`, asked)).notes;
    } else this.rules.value = await ask<Rules>(`${this.path}/rules`, asked);
  }

  /** Take in what a write answered, before the stream tells of it. */
  take(taken: Update): void {
    const update = slim(taken);
    const held = this.#held.get(update.id);
    if (held && held.revision >= update.revision) return;
    this.#held.set(update.id, update);
    const others = held
      ? this.updates.peek().filter(({ id }) => id !== update.id)
      : this.updates.peek();
    this.updates.value = inserted(others, update);
  }

  takeHead(head: StoryHead): void {
    if (head.revision > (this.head.peek()?.revision ?? 0)) this.head.value = head;
  }

  async #load(): Promise<void> {
    const asked = { signal: this.#over.signal };
    this.takeHead(await ask<StoryHead>(this.path, asked));
    // The story of a draft has no log to follow yet.
    if (this.head.peek()?.status === "draft") {
      this.loading.value = false;
      return;
    }
    const first = await ask<Page>(`${this.path}/updates?limit=${FIRST}`, asked);
    this.#fill(first.updates);
    this.#follow(first.cursor);
    await this.#older(first, asked);
  }

  async #older(page: Page, asked: { signal: AbortSignal }): Promise<void> {
    let { more, updates } = page;
    while (more) {
      const last = updates.at(-1);
      const found: Page = await ask(
        `${this.path}/updates?limit=${LATER}&before=${last?.id}`,
        asked,
      );
      this.#fill(found.updates);
      ({ more, updates } = found);
    }
    this.loading.value = false;
  }

  #fill(updates: Update[]): void {
    for (const update of updates) {
      if ((this.#held.get(update.id)?.revision ?? 0) < update.revision)
        this.#held.set(update.id, update);
    }
    this.updates.value = [...this.#held.values()].sort((a, b) => (place(a) < place(b) ? 1 : -1));
  }

  #follow(cursor: string): void {
    const addresses = {
      events: `${this.path}/events`,
      socket: `${this.path}/socket`,
      changes: `${this.path}/changes`,
    };
    if (this.#following) return;
    const listener: Listener = {
      change: (change) => {
        if (change.update) this.take(change.update);
        else if (typeof change.story !== "string") this.takeHead(change.story);
      },
      reset: () => this.#reset(),
      connection: (connection) => {
        this.connection.value = connection;
      },
    };
    // A WebSocket first: over HTTP/1.1 a browser has six other connections for all tabs together,
    // and each holds one for the desk's own stream.
    this.#following = new Following(addresses, cursor, listener, [socket, events, poll]);
    this.#following.start();
  }

  /** What is held cannot be continued: load it all anew. */
  async #reset(): Promise<string> {
    const asked = { signal: this.#over.signal };
    const head = await ask<StoryHead>(this.path, asked);
    const first = await ask<Page>(`${this.path}/updates?limit=${LATER}`, asked);
    batch(() => {
      this.#held.clear();
      this.head.value = head;
      this.#fill(first.updates);
    });
    this.#older(first, asked).catch(() => this.#following?.start());
    return first.cursor;
  }
}

/** As the public sees it: the text that a write answers would be held beside what is shown. */
function slim(update: Update): Update {
  if (!("text" in update) && !("blocks" in update)) return update;
  const { text: _, blocks: __, ...rest } = update as Update & { text?: string; blocks?: unknown };
  return rest;
}

type Private = "drafts" | "notes" | "rules";
const PRIVATE: Private[] = ["drafts", "notes", "rules"];

/** The array, newest first, with one more in its place; nearly all are newer than all others. */
function inserted(updates: Update[], update: Update): Update[] {
  const at = place(update);
  let low = 0;
  let high = updates.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (place(updates[middle] as Update) > at) low = middle + 1;
    else high = middle;
  }
  return [...updates.slice(0, low), update, ...updates.slice(low)];
}
