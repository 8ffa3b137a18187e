// What somebody changed in a story's head and has not saved: kept on this device, sent with the
// revision that it was made of.

import { computed, type Signal, signal } from "@preact/signals";
import { ask, Problem } from "../api";
import type { LiveStory } from "../live/story";
import { forget, keep, recall } from "../outbox/kept";
import type { NewCorrection, StoryHead } from "../types";

export type Edit = Partial<StoryHead> & { correction?: NewCorrection };
export type Field = keyof StoryHead;

interface KeptEdit {
  edit: Edit;
  base: StoryHead;
}

export class HeadEditing {
  readonly edit: Signal<Edit> = signal({});
  /** The head as somebody else left it, where both changed the same lines. */
  readonly conflict: Signal<{ theirs: StoryHead; fields: Field[] } | undefined> = signal(undefined);
  readonly dirty = computed(() => Object.keys(this.edit.value).length > 0);
  #story: LiveStory;
  #base: StoryHead | undefined;

  constructor(story: LiveStory) {
    this.#story = story;
  }

  async restore(): Promise<void> {
    const kept = await recall<KeptEdit>(this.#story.slug, "about");
    if (!kept || this.dirty.peek()) return;
    this.#base = kept.state.base;
    this.edit.value = kept.state.edit;
  }

  get<Name extends Field>(name: Name): StoryHead[Name] | undefined {
    const edited: Partial<StoryHead> = this.edit.value;
    return name in edited ? edited[name] : this.#story.head.value?.[name];
  }

  set(change: Edit): void {
    this.#base ??= this.#story.head.peek();
    this.edit.value = { ...this.edit.peek(), ...change };
    if (this.#base)
      keep<KeptEdit>(this.#story.slug, "about", { edit: this.edit.peek(), base: this.#base });
  }

  throwAway(): void {
    this.edit.value = {};
    this.conflict.value = undefined;
    this.#base = undefined;
    forget(this.#story.slug, "about");
  }

  /** Save what was changed. Throws Problem; a conflict is left in `conflict` instead. */
  async save(): Promise<boolean> {
    const base = this.#base;
    if (!base) return false;
    const body = this.edit.peek();
    const asked = { method: "PATCH", body, revision: base.revision } as const;
    try {
      this.#story.takeHead(await ask<StoryHead>(this.#story.path, asked));
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 412) throw error;
      return this.#differ(base, await ask<StoryHead>(this.#story.path));
    }
    this.throwAway();
    return true;
  }

  /** Somebody else was faster: what only one of us changed stands, the rest must be chosen. */
  async #differ(base: StoryHead, theirs: StoryHead): Promise<boolean> {
    const fields = (Object.keys(this.edit.peek()) as (Field | "correction")[]).filter(
      (name): name is Field => name !== "correction" && !same(base[name], theirs[name]),
    );
    this.#base = theirs;
    this.#story.takeHead(theirs);
    if (!fields.length) return this.save();
    this.conflict.value = { theirs, fields };
    return false;
  }

  /** Let theirs stand in a line. */
  yield(name: Field): void {
    const { [name]: _, ...rest } = this.edit.peek();
    this.edit.value = rest;
    this.#settle(name);
  }

  /** Let mine stand in a line. */
  insist(name: Field): void {
    this.#settle(name);
  }

  #settle(name: Field): void {
    const conflict = this.conflict.peek();
    if (!conflict) return;
    const fields = conflict.fields.filter((field) => field !== name);
    this.conflict.value = fields.length ? { ...conflict, fields } : undefined;
  }
}

const same = (one: unknown, other: unknown) =>
  JSON.stringify(one ?? "") === JSON.stringify(other ?? "");
