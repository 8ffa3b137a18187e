// Above everything in a story: what it is called, how it stands, how it goes, who is here.

import { figures, overview, present } from "../live/desk";
import type { LiveStory } from "../live/story";
import { language, t } from "../messages";
import { place, storyPath } from "../router";
import { online } from "../state";
import { Closing } from "../stories/row";
import { Go } from "../ui/button";
import { Faces } from "../ui/faces";
import { Icon } from "../ui/icon";
import { Readers } from "./readers";
import { StateMenu } from "./state";

export function StoryBar({ story }: { story: LiveStory }) {
  const head = story.head.value;
  const closes = overview.value?.find(({ slug }) => slug === story.slug)?.closes;
  return (
    <header class="story-bar">
      <div class="story-title">
        <StateMenu story={story} />
        <h1 dir="auto">{head?.headline ?? "…"}</h1>
        {head && head.status !== "draft" && (
          <a
            class="button quiet only-icon"
            href={`/stories/${story.slug}`}
            target="_blank"
            rel="noopener"
            aria-label={t("story.public_page")}
            title={t("story.public_page")}
          >
            <Icon name="eye" />
          </a>
        )}
      </div>
      <div class="story-figures">
        <Here />
        <Readers />
        <Delivery />
        <Connection story={story} />
      </div>
      <Parts story={story} />
      {closes && head && <Closing story={head} at={closes} />}
    </header>
  );
}

function Here() {
  const names = [...new Set(present.value.map((one) => one.full_name || one.name))];
  const said = new Intl.ListFormat(language.value).format(names);
  return <Faces names={names} label={t("stories.here", { names: said })} />;
}

function Delivery() {
  const now = figures.value;
  if (now?.p50_ms == null || now.p95_ms == null) return null;
  const p50 = Math.round(now.p50_ms);
  const p95 = Math.round(now.p95_ms);
  return (
    <p class="figure" title={t("story.delivery_long", { p50, p95 })}>
      <Icon name="send" />
      <span aria-hidden="true">{`${p50} / ${p95} ms`}</span>
      <span class="unseen">{t("story.delivery_long", { p50, p95 })}</span>
    </p>
  );
}

/** The story's stream, and whether anything can be stored. */
function Connection({ story }: { story: LiveStory }) {
  // A stream may not have noticed yet that there is no network.
  const state = online.value ? story.connection.value : "offline";
  const good = figures.value?.store !== "out of reach";
  return (
    <p class="figure connection" data-state={good ? state : "offline"}>
      <i class="dot" aria-hidden="true" />
      <span>{t(`connection.${state}_short`)}</span>
      <span class="unseen">{t(good ? "story.store_good" : "story.store_bad")}</span>
    </p>
  );
}

const PARTS = ["", "waiting", "about"] as const;

function Parts({ story }: { story: LiveStory }) {
  const waiting = story.drafts.value.filter((draft) => draft.submitted_by).length;
  return (
    <nav class="parts" aria-label={t("story.parts")}>
      {PARTS.map((part) => (
        <Go
          key={part}
          to={storyPath(story.slug, part)}
          data-part={part || "timeline"}
          aria-current={place.value.part === part ? "page" : undefined}
        >
          {t(`story.${part || "timeline"}`)}
          {part === "waiting" && waiting > 0 && <b class="count">{waiting}</b>}
        </Go>
      ))}
    </nav>
  );
}
