// What is not public: submissions, what is scheduled, drafts, and what could not be sent.

import { effect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { LiveStory } from "../live/story";
import { type Key, t } from "../messages";
import { conflicted, jobs } from "../outbox";
import { JobLine } from "../outbox/lines";
import type { Written } from "../types";
import { Button } from "../ui/button";
import { Html } from "../ui/html";
import { Menu } from "../ui/menu";
import { Time } from "../ui/time";
import { ACTIONS } from "./actions";
import { ask } from "./asked";
import { waiting } from "./items";
import { Standing } from "./labels";
import { fullName } from "./names";
import { Presence, people } from "./presence";
import { resume } from "./resuming";
import { entry } from "./row";
import { Sheets } from "./sheets";
import { isDraft, isScheduled, isSubmitted } from "./sift";

const SECTIONS: [Key, (draft: Written) => boolean][] = [
  ["timeline.submissions", isSubmitted],
  ["timeline.scheduled", isScheduled],
  ["timeline.drafts", (draft) => isDraft(draft) && !draft.private],
  ["timeline.private", (draft) => isDraft(draft) && Boolean(draft.private)],
];

export function Waiting({ story }: { story: LiveStory }) {
  const drafts = waiting(story.drafts.value, jobs.value, story.slug);
  const failed = jobs.value.filter((job) => job.story === story.slug && job.state === "failed");
  useEffect(() => effect(() => resume(story, jobs.value)), [story]);
  useEffect(
    () =>
      effect(() => {
        const job = conflicted.value;
        if (job?.story === story.slug) ask(story, { what: "conflict", job });
      }),
    [story],
  );
  const sections = SECTIONS.map(([name, fits]) => ({ name, found: drafts.filter(fits) }));
  const none = !failed.length && sections.every(({ found }) => !found.length);
  return (
    <>
      <aside class="waiting" aria-label={t("timeline.waiting")}>
        {failed.length > 0 && (
          <Section title={t("timeline.failed")} n={failed.length} strong unsent>
            <ul class="outbox-lines">
              {failed.map((job) => (
                <JobLine key={job.id} job={job} />
              ))}
            </ul>
          </Section>
        )}
        {sections.map(({ name, found }) => (
          <Section
            key={name}
            title={t(name)}
            n={found.length}
            strong={name === "timeline.submissions"}
          >
            {found.map((draft) => (
              <Card key={draft.id} story={story} draft={draft} />
            ))}
          </Section>
        ))}
        {none && <p class="waiting-none">{t("timeline.nothing_waits")}</p>}
        {people.value.length > 0 && (
          <Section title={t("timeline.here")} n={people.value.length}>
            <Presence />
          </Section>
        )}
      </aside>
      <Sheets />
    </>
  );
}

interface Sectioned {
  title: string;
  n: number;
  strong?: boolean;
  /** Also said above the timeline. */
  unsent?: boolean;
  children: ComponentChildren;
}

function Section({ title, n, strong = false, unsent = false, children }: Sectioned) {
  if (!n) return null;
  return (
    <section class={`waiting-section ${unsent ? "unsent" : ""}`} aria-label={title}>
      <h2 class="waiting-title">
        {title} <b class={`waiting-count ${strong ? "strong" : ""}`}>{n.toLocaleString()}</b>
      </h2>
      {children}
    </section>
  );
}

const FIRST = ["approve", "publish", "edit"];

function Card({ story, draft }: { story: LiveStory; draft: Written }) {
  const [opened, open] = useState(false);
  const fitting = ACTIONS.filter((action) => action.fits(draft, story));
  const first = fitting.filter(({ name }) => FIRST.includes(name));
  const rest = fitting.filter(({ name }) => !FIRST.includes(name));
  return (
    <article class="draft" data-id={draft.id} aria-label={draft.title || t("timeline.is_draft")}>
      <div class="draft-top">
        <p class="row-labels">
          <Standing item={draft} />
          {draft.breaking && <b class="label label-breaking">{t("timeline.is_breaking")}</b>}
          {draft.key_event && <b class="label label-key">{t("timeline.is_key")}</b>}
        </p>
        <Menu
          label={t("timeline.actions")}
          items={rest.map((action) => entry(action, story, draft))}
        />
      </div>
      {draft.returned && (
        <p class="returned">
          <strong>{t("timeline.returned")}</strong> <span dir="auto">{draft.returned}</span>
        </p>
      )}
      {draft.title && (
        <h3 class="row-title" dir="auto">
          {draft.title}
        </h3>
      )}
      {draft.html && (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the menu and the composer show all of it, too.
        // biome-ignore lint/a11y/noStaticElementInteractions: a convenience of the mouse alone.
        <div class={`draft-text ${opened ? "" : "clamped"}`} onClick={() => open(!opened)}>
          <Html html={draft.html} />
        </div>
      )}
      <p class="row-meta">
        {draft.author && <span dir="auto">{fullName(draft.author)}</span>}
        {draft.due ? (
          <Time at={draft.due} />
        ) : (
          <Time at={draft.modified ?? draft.published} relative />
        )}
      </p>
      <div class="draft-acts">
        {first.map((action, at) => (
          <Button
            key={action.name}
            look={at ? "quiet" : "plain"}
            icon={action.icon}
            onClick={() => void action.act(story, draft)}
          >
            {t(action.words(draft, story))}
          </Button>
        ))}
      </div>
    </article>
  );
}
