// How many notes stand beside an update, and where there are some that were not read here.

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { LiveStory } from "../live/story";
import { me, myName } from "../state";
import type { Note } from "../types";

const KEPT = "liveblog-notes-read";
/** The newest note that was read beside each update, on this device. */
const read = signal<Record<string, string>>(kept());
// As many as are remembered: what was read long ago shows as unread again at worst.
const MOST = 500;

function kept(): Record<string, string> {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "{}");
  } catch {
    return {};
  }
}

const key = (story: LiveStory, update: string) => `${story.slug}/${update}`;
export const isMyNote = ({ by }: Note): boolean => by === me.value?.name || by === myName.value;

interface Counted {
  counts: ReadonlySignal<Map<string, number>>;
  unread: ReadonlySignal<Set<string>>;
}

const counted = new WeakMap<LiveStory, Counted>();

function of(story: LiveStory): Counted {
  let found = counted.get(story);
  if (!found) {
    found = {
      counts: computed(() => {
        const counts = new Map<string, number>();
        for (const { update } of story.notes.value) {
          if (update) counts.set(update, (counts.get(update) ?? 0) + 1);
        }
        return counts;
      }),
      unread: computed(
        () =>
          new Set(
            story.notes.value
              .filter((note) => !isMyNote(note) && isUnread(story, note))
              .map(({ update = "" }) => update),
          ),
      ),
    };
    counted.set(story, found);
  }
  return found;
}

const isUnread = (story: LiveStory, { update = "", at }: Note): boolean =>
  at > (read.value[key(story, update)] ?? "");

export const noted = (story: LiveStory): Map<string, number> => of(story).counts.value;
export const unread = (story: LiveStory): Set<string> => of(story).unread.value;

/** All notes beside the update were seen. */
export function markRead(story: LiveStory, update: string, notes: Note[]): void {
  const last = notes.reduce((newest, { at }) => (at > newest ? at : newest), "");
  if (!last || last <= (read.peek()[key(story, update)] ?? "")) return;
  const others = Object.entries(read.peek()).filter(([name]) => name !== key(story, update));
  read.value = Object.fromEntries([...others.slice(1 - MOST), [key(story, update), last]]);
  localStorage.setItem(KEPT, JSON.stringify(read.value));
}
