// In the masthead: how much is not sent yet, and all of it, whatever story it is for.

import { effect, signal } from "@preact/signals";
import { language, t } from "../messages";
import { storyPath } from "../router";
import { online } from "../state";
import { Button, Go } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { type Job, jobs, unsent } from ".";
import { JobLine } from "./lines";

const open = signal(false);
const close = () => {
  open.value = false;
};

export function OutboxMark() {
  const n = unsent.value;
  if (!n) return null;
  return (
    <Button
      look="quiet"
      icon="send"
      class="outbox-mark"
      aria-label={t("outbox.unsent", { n })}
      onClick={() => {
        open.value = true;
      }}
    >
      {n.toLocaleString(language.value)}
    </Button>
  );
}

/** Beside the page: what the mark opens, and what is said of what is on its way. */
export function Outbox() {
  return (
    <>
      <p class="unseen" role="status">
        {said.value}
      </p>
      {open.value && (
        <Dialog title={t("outbox.all")} shape="sheet" close={close}>
          {!unsent.value && <p class="empty">{t("outbox.empty")}</p>}
          {[...new Set(jobs.value.map(({ story }) => story))].map((story) => (
            <section key={story} aria-label={story}>
              <h3>
                <Go to={storyPath(story)} onMouseUp={close}>
                  {story}
                </Go>
              </h3>
              <ul class="outbox-lines">
                {jobs.value
                  .filter((job) => job.story === story)
                  .map((job) => (
                    <JobLine key={job.id} job={job} />
                  ))}
              </ul>
            </section>
          ))}
        </Dialog>
      )}
    </>
  );
}

// What has happened is said once and together: twenty that leave at once are one sentence.
const BATCH_MS = 1000;
const said = signal("");
type News = "sent" | "failed" | "waiting";
let before = new Map<string, News | undefined>();
let news: Record<News, number> = { sent: 0, failed: 0, waiting: 0 };
let telling = false;

const newsOf = ({ state, error }: Job): News | undefined => {
  if (state === "sent" || state === "failed") return state;
  return state === "queued" && (error || !online.peek()) ? "waiting" : undefined;
};

effect(() => {
  const now = new Map(jobs.value.map((job) => [job.id, newsOf(job)]));
  for (const [id, state] of now) if (state && state !== before.get(id)) news[state] += 1;
  before = now;
  if (telling || !(news.sent || news.failed || news.waiting)) return;
  telling = true;
  setTimeout(tell, BATCH_MS);
});

function tell(): void {
  telling = false;
  const told = (["failed", "waiting", "sent"] as const).filter((kind) => news[kind]);
  said.value = told.map((kind) => t(`outbox.said_${kind}`, { n: news[kind] })).join(". ");
  news = { sent: 0, failed: 0, waiting: 0 };
}
