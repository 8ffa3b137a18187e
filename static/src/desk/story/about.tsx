// A story's head and rules. To be built.

import type { LiveStory } from "../live/story";

export function About(_: { story: LiveStory }) {
  return <section class="about" />;
}
