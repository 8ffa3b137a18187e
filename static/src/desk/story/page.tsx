// A story's page: the composer is always reachable, the timeline beside or behind it.

import { useEffect, useMemo } from "preact/hooks";
import { Composer } from "../composer/composer";
import { listen } from "../live/desk";
import { LiveStory } from "../live/story";
import { place } from "../router";
import { may } from "../state";
import { Timeline, Waiting } from "../timeline/timeline";
import { About, StoryBar } from "./about";

export function StoryPage({ slug }: { slug: string }) {
  const story = useMemo(() => new LiveStory(slug), [slug]);
  useEffect(() => {
    story.open();
    const hangUp = listen(slug, { private: (what) => story.refresh(what).catch(() => {}) });
    return () => {
      hangUp();
      story.close();
    };
  }, [story]);
  const { part } = place.value;
  return (
    <div class="story-page" data-part={part || "timeline"}>
      <StoryBar story={story} />
      {may("draft") && <Composer story={story} />}
      {part === "about" ? <About story={story} /> : <Timeline story={story} />}
      <Waiting story={story} />
    </div>
  );
}
