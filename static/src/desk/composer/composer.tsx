// The composer as the other rooms see it. What it is made of is fetched beside the first page, so
// that the list of stories does not wait for it.

import type { LiveStory } from "../live/story";
import type { Written } from "../types";
import { later } from "./later";

export interface Composing {
  story: LiveStory;
  /** What is edited: published or a draft; none for a new update. */
  edits?: Written;
  /** Called when it was handed to the outbox, or given up. */
  done?: () => void;
}

const load = async () => (await import("./sheet")).Sheet;
// In a story it is needed in a moment: it is fetched while the story is asked for.
if (location.pathname.startsWith("/desk/stories/")) load().catch(() => {});

export const Composer = later<Composing>(load, () => <div class="composer" aria-busy="true" />);
