// Where updates are written. To be built.

import type { LiveStory } from "../live/story";
import type { Written } from "../types";

export interface Composing {
  story: LiveStory;
  /** What is edited: published or a draft; none for a new update. */
  edits?: Written;
  /** Called when it was handed to the outbox, or given up. */
  done?: () => void;
}

export function Composer(_: Composing) {
  return <section class="composer" />;
}
