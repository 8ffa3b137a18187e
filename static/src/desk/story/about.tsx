// A story's head, rules and end. To be built.

import type { LiveStory } from "../live/story";

export function About(_: { story: LiveStory }) {
  return <section class="about" />;
}

/** Above everything in a story: headline, state, readers, who is here. */
export function StoryBar(_: { story: LiveStory }) {
  return <header class="story-bar" />;
}
