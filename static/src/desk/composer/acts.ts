// What can be done in a composer from more than one place: buttons, keys, commands.

import type { LiveStory } from "../live/story";
import type { Written } from "../types";
import type { Writing } from "./writing";

export type FieldName = "title" | "byline" | "verification" | "tags" | "time" | "embargo" | "draft";

export interface Acts {
  story: LiveStory;
  writing: Writing;
  edits: Written | undefined;
  /** Show the field and put the caret there. */
  open(field: FieldName): void;
  /** Put pictures where the caret is; ``own``: just taken here. */
  pictures(files: Iterable<File>, own?: boolean): void;
  /** Ask for pictures: files, or the camera. */
  pick(camera: boolean): void;
  /** Edit another update here. */
  edit(update: string): void;
}

export const storyLanguage = (story: LiveStory): string => story.head.peek()?.language ?? "en";
