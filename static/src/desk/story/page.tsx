// A story's page: the composer is always reachable, the timeline beside or behind it.

import { useEffect, useMemo } from "preact/hooks";
import { Problem } from "../api";
import { Composer } from "../composer/composer";
import { listen } from "../live/desk";
import { LiveStory } from "../live/story";
import { t } from "../messages";
import { place } from "../router";
import { may } from "../state";
import { Timeline } from "../timeline/feed";
import { Waiting } from "../timeline/waiting";
import { Button, Go } from "../ui/button";
import { why } from "../ui/complain";
import { later } from "../ui/later";
import { StoryBar } from "./bar";

const About = later<{ story: LiveStory }>(async () => (await import("./about")).About);

export function StoryPage({ slug }: { slug: string }) {
  const story = useMemo(() => new LiveStory(slug), [slug]);
  useEffect(() => {
    story.open();
    const hangUp = listen(slug, {
      private: (what) => {
        // What could not be fetched is fetched with the next news.
        story.refresh(what).catch(() => {});
      },
    });
    return () => {
      hangUp();
      story.close();
    };
  }, [story]);
  const trouble = story.trouble.value;
  if (trouble && !story.head.value) return <Missing story={story} error={trouble} />;
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

function Missing({ story, error }: { story: LiveStory; error: unknown }) {
  const gone = error instanceof Problem && [403, 404].includes(error.status);
  return (
    <div class="nothing">
      <h1>{t(gone ? "story.missing" : "app.loading_failed")}</h1>
      <p>{gone ? t("story.missing_hint") : why(error)}</p>
      <p>
        <Go to="/desk" class="button">
          {t("story.back")}
        </Go>
        {!gone && <Button onClick={() => story.open()}>{t("app.retry")}</Button>}
      </p>
    </div>
  );
}
