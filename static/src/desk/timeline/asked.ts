// What somebody was asked for, or wants to see, in front of the page: one thing at a time.

import { signal } from "@preact/signals";
import type { LiveStory } from "../live/story";
import type { Job } from "../outbox";
import type { Written } from "../types";
import type { Item } from "./items";

export type OfAnItem = "retract" | "correct" | "time" | "history" | "notes" | "return";

export type Asked =
  | { what: OfAnItem; item: Item }
  | { what: "edit"; edits: Written; approves: boolean }
  | { what: "conflict"; job: Job };

export const asked = signal<(Asked & { story: LiveStory }) | undefined>(undefined);

export const ask = (story: LiveStory, what: Asked): void => {
  asked.value = { story, ...what };
};

export const leave = (): void => {
  asked.value = undefined;
};
