// All updates of a story. To be built.

import type { LiveStory } from "../live/story";

export function Timeline(_: { story: LiveStory }) {
  return <section class="timeline" />;
}

/** Submissions, scheduled updates and drafts. */
export function Waiting(_: { story: LiveStory }) {
  return <section class="waiting" />;
}
