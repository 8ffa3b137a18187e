// The tags that a story knows: its own, and those of its updates, the most used first.

import type { LiveStory } from "../live/story";

export function tagsOf(story: LiveStory): string[] {
  const counts = new Map<string, number>();
  const used = story.updates.peek().flatMap(({ tags }) => tags ?? []);
  for (const tag of [...(story.head.peek()?.tags ?? []), ...used]) {
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([tag]) => tag);
}
