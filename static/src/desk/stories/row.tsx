// One story in the list.

import { ask } from "../api";
import { language, t } from "../messages";
import { storyPath } from "../router";
import { may } from "../state";
import type { Overview } from "../types";
import { Button, Go } from "../ui/button";
import { complain } from "../ui/complain";
import { Faces } from "../ui/faces";
import { Icon } from "../ui/icon";
import { clock, Time } from "../ui/time";
import { say } from "../ui/toast";

export function StoryRow({ story }: { story: Overview }) {
  return (
    <li class="story-row" data-status={story.status}>
      <p class="story-state" data-status={story.status}>
        {t(`status.${story.status}`)}
      </p>
      <div class="story-words">
        <h3 dir="auto">
          {story.kicker && <span class="kicker">{story.kicker}</span>}
          <Go to={storyPath(story.slug)}>{story.headline}</Go>
        </h3>
        <p class="story-facts">
          <Time at={story.changed} relative />
          {story.waiting > 0 && <strong>{t("stories.waiting", { n: story.waiting })}</strong>}
          {story.scheduled > 0 && <span>{t("stories.scheduled", { n: story.scheduled })}</span>}
        </p>
        {story.closes && <Closing story={story} at={story.closes} />}
      </div>
      <Faces names={story.present} label={t("stories.here", { names: list(story.present) })} />
      <p class="story-readers" title={t("stories.readers", { n: story.readers })}>
        <Icon name="eye" />
        <span aria-hidden="true">{story.readers.toLocaleString(language.value)}</span>
        <span class="unseen">{t("stories.readers", { n: story.readers })}</span>
      </p>
    </li>
  );
}

const list = (names: string[]) => new Intl.ListFormat(language.value).format(names);

/** That nobody has touched it for long, and what to do about it. */
export function Closing({ story, at }: { story: Pick<Overview, "slug" | "headline">; at: string }) {
  const keep = () =>
    ask(`/stories/${story.slug}/keep-open`, { method: "PUT" }).then(
      () => say(t("stories.kept_open", { headline: story.headline })),
      complain,
    );
  return (
    <p class="closing">
      <Icon name="clock" />
      <span>{t("stories.closes", { time: clock(new Date(at)) })}</span>
      {may("publish") && <Button onClick={keep}>{t("stories.keep_open")}</Button>}
    </p>
  );
}
