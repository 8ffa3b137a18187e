// A stand-in until the timeline is there.

import type { LiveStory } from "../live/story";
import { OutboxLines } from "../outbox/lines";
import { Html } from "../ui/html";

export function Timeline({ story }: { story: LiveStory }) {
  return (
    <section class="timeline">
      <OutboxLines story={story} />
      {story.updates.value.map((update) => (
        <article key={update.id}>
          <Html html={update.html ?? ""} />
        </article>
      ))}
    </section>
  );
}

/** Submissions, scheduled updates and drafts. */
export function Waiting(_: { story: LiveStory }) {
  return <section class="waiting" />;
}
