// What can be done with an update: one table, from which come its buttons, its menu and the keys.

import { ask as call } from "../api";
import type { LiveStory } from "../live/story";
import { type Key, t } from "../messages";
import { add, type NewJob, undo } from "../outbox";
import { may, me } from "../state";
import type { Written } from "../types";
import { complain } from "../ui/complain";
import type { IconName } from "../ui/icon";
import { say } from "../ui/toast";
import { ask } from "./asked";
import { type Item, isPublic } from "./items";

export interface Action {
  name: string;
  icon: IconName;
  /** As tinykeys writes it; it works on the update that has the focus. */
  keys?: string;
  words: (item: Item, story: LiveStory) => Key;
  fits: (item: Item, story: LiveStory) => boolean;
  act: (story: LiveStory, item: Item) => unknown;
  danger?: boolean;
}

const always = (words: Key) => () => words;
const DROP_SECONDS = 6;

export const ACTIONS: Action[] = [
  {
    name: "approve",
    icon: "check",
    words: always("timeline.approve"),
    fits: (item) => isSubmitted(item) && may("approve"),
    act: (story, item) => put(story, item, "approve"),
  },
  {
    name: "publish",
    icon: "send",
    words: (_, story) => (publishes(story) ? "timeline.publish" : "timeline.submit"),
    fits: (item) => Boolean(item.draft && !item.submitted_by) && may("draft"),
    act: (story, item) => put(story, item, "edit", { draft: false, embargo: null }),
  },
  {
    name: "edit",
    icon: "edit",
    keys: "e",
    words: (item) =>
      isSubmitted(item) && may("approve") ? "timeline.edit_approve" : "timeline.edit",
    fits: (item) => (item.draft ? may("draft") : isPublic(item) && may("edit")),
    act: edit,
  },
  {
    name: "return",
    icon: "undo",
    words: always("timeline.return"),
    fits: (item) => isSubmitted(item) && may("approve"),
    act: (story, item) => ask(story, { what: "return", item }),
  },
  {
    name: "unschedule",
    icon: "calendar",
    words: always("timeline.unschedule"),
    fits: (item) => Boolean(item.due) && may("draft"),
    act: (story, item) => put(story, item, "edit", { embargo: null }),
  },
  {
    name: "key",
    icon: "key",
    keys: "Shift+K",
    words: (item) => (item.key_event ? "timeline.key_off" : "timeline.key_on"),
    fits: (item) => isPublic(item) && may("edit"),
    act: (story, item) => put(story, item, "edit", { key_event: !item.key_event }),
  },
  {
    name: "pin",
    icon: "pin",
    keys: "p",
    words: (item) => (item.pinned ? "timeline.unpin" : "timeline.pin"),
    fits: (item) => isPublic(item) && may("retract"),
    act: (story, item) => put(story, item, item.pinned ? "unpin" : "pin"),
  },
  {
    name: "notes",
    icon: "note",
    keys: "Shift+N",
    words: always("timeline.notes"),
    fits: () => may("read"),
    act: (story, item) => ask(story, { what: "notes", item }),
  },
  {
    name: "correct",
    icon: "warning",
    keys: "Shift+C",
    words: always("timeline.correct"),
    fits: (item) => isPublic(item) && may("edit"),
    act: (story, item) => ask(story, { what: "correct", item }),
  },
  {
    name: "time",
    icon: "clock",
    words: always("timeline.time"),
    fits: (item) => isPublic(item) && may("edit"),
    act: (story, item) => ask(story, { what: "time", item }),
  },
  {
    name: "history",
    icon: "history",
    keys: "h",
    words: always("timeline.history"),
    fits: (item) => !item.draft,
    act: (story, item) => ask(story, { what: "history", item }),
  },
  {
    name: "link",
    icon: "link",
    words: always("timeline.link"),
    fits: (item) => !item.draft,
    act: copy,
  },
  {
    name: "view",
    icon: "eye",
    words: always("timeline.view"),
    fits: (item) => !item.draft,
    act: (story, item) => open(address(story, item), "_blank", "noopener"),
  },
  {
    name: "retract",
    icon: "trash",
    keys: "Delete",
    words: always("timeline.retract"),
    fits: (item) => isPublic(item) && may("retract"),
    act: (story, item) => ask(story, { what: "retract", item }),
    danger: true,
  },
  {
    name: "drop",
    icon: "trash",
    words: always("timeline.drop"),
    fits: (item) => Boolean(item.draft) && (may("retract") || item.author === me.value?.name),
    act: drop,
    danger: true,
  },
];

const isSubmitted = (item: Item) => Boolean(item.draft && item.submitted_by);

/** Whether what somebody writes here is published, and does not wait for an editor. */
export const publishes = (story: LiveStory): boolean =>
  may("approve") || (may("post") && !story.rules.value?.approval);

export const address = (story: LiveStory, item: Item): string =>
  `/stories/${story.slug}/updates/${item.id}`;

/** Put a write into the outbox; what it will do is shown at once. */
export async function put(
  story: LiveStory,
  { id, revision }: Item,
  kind: NewJob["kind"],
  content: NewJob["content"] = {},
  holdSeconds = 0,
): Promise<string | undefined> {
  // What is published is taken back whatever it says by now; a draft only as it was seen.
  const seen = kind === "retract" && story.find(id) ? {} : { revision };
  const job = { story: story.slug, kind, update: id, content, ...seen };
  try {
    return (await add(job, holdSeconds)).id;
  } catch (error) {
    complain(error);
    return undefined;
  }
}

/** Open the composer with all of an update. */
async function edit(story: LiveStory, item: Item): Promise<void> {
  try {
    const approves = isSubmitted(item) && may("approve");
    ask(story, { what: "edit", edits: await whole(story, item), approves });
  } catch (error) {
    complain(error);
  }
}

/** An update with its text. Throws Problem. */
export const whole = (story: LiveStory, { id }: { id: string }): Promise<Written> =>
  call<Written>(`${story.path}/updates/${id}`);

async function copy(story: LiveStory, item: Item): Promise<void> {
  await navigator.clipboard.writeText(new URL(address(story, item), location.href).href);
  say(t("timeline.copied"));
}

/** A draft goes after a while in which it can be called back. */
async function drop(story: LiveStory, item: Item): Promise<void> {
  const job = await put(story, item, "retract", {}, DROP_SECONDS);
  if (!job) return;
  say(t("timeline.dropped"), { action: { label: t("timeline.undo"), act: () => void undo(job) } });
}
