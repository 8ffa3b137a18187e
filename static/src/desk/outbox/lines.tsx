// What is on its way, line by line: how far it is, and what can be done about it.

import { useEffect, useState } from "preact/hooks";
import { signedOut } from "../api";
import type { LiveStory } from "../live/story";
import { language, t } from "../messages";
import { online } from "../state";
import { Button } from "../ui/button";
import { Icon, type IconName } from "../ui/icon";
import { canUndo, discard, edit, type Job, jobs, retry } from ".";
import { locals } from "./job";
import { pictures } from "./pictures";

/** The story's own, above its timeline. */
export function OutboxLines({ story }: { story: LiveStory }) {
  const mine = jobs.value.filter((job) => job.story === story.slug);
  useEffect(() => {
    // What the server answered is shown before the stream tells of it.
    for (const { answer } of mine) if (answer && !answer.draft) story.take(answer);
  }, [jobs.value]);
  if (!mine.length) return null;
  return (
    <ul class="outbox-lines" aria-label={t("outbox.title")}>
      {mine.map((job) => (
        <JobLine key={job.id} job={job} />
      ))}
    </ul>
  );
}

const SIGNS: Record<Job["state"], IconName> = {
  held: "clock",
  queued: "clock",
  sending: "send",
  failed: "warning",
  sent: "check",
};

export function JobLine({ job }: { job: Job }) {
  const seconds = useSecondsUntil(job.state === "held" ? job.after : 0);
  return (
    <li class="outbox-line" data-state={job.state}>
      <Icon name={SIGNS[job.state]} />
      <p class="outbox-excerpt" dir="auto">
        {excerpt(job)}
      </p>
      <p class="outbox-how">{how(job, seconds)}</p>
      <Uploading job={job} />
      <span class="outbox-actions">
        <Actions job={job} seconds={seconds} />
      </span>
    </li>
  );
}

function Actions({ job, seconds }: { job: Job; seconds: number }) {
  const { id, state, kind } = job;
  const [sure, setSure] = useState(false);
  if (!canUndo(job) && state !== "queued") return null;
  const failed = state === "failed";
  const writes = kind === "post" || kind === "edit";
  const conflict = failed && job.error?.status === 412;
  return (
    <>
      {seconds > 0 && (
        <Button look="quiet" icon="undo" onClick={() => (writes ? edit(id) : discard(id))}>
          {t("outbox.undo", { n: seconds })}
        </Button>
      )}
      {!seconds && (failed ? !conflict : job.attempts > 0) && (
        <Button look="quiet" onClick={() => retry(id)}>
          {failed ? t("outbox.retry") : t("outbox.now")}
        </Button>
      )}
      {!seconds && writes && canUndo(job) && (
        <Button look="quiet" onClick={() => edit(id)}>
          {conflict ? t("outbox.resolve") : t("outbox.edit")}
        </Button>
      )}
      {failed && (
        <Button look="quiet" onClick={() => (sure ? discard(id) : setSure(true))}>
          {sure ? t("outbox.discard_sure") : t("outbox.discard")}
        </Button>
      )}
    </>
  );
}

function Uploading({ job }: { job: Job }) {
  const progress = uploaded(job);
  if (progress === undefined || progress === 1 || job.state === "failed") return null;
  return <progress value={progress} aria-label={t("outbox.picture")} />;
}

/** How much of its pictures is uploaded, 0 to 1; undefined where it has none. */
function uploaded(job: Job): number | undefined {
  const all = locals(job.content.text);
  if (!all.length) return undefined;
  const done = all.reduce((sum, id) => sum + (pictures.value[id]?.progress ?? 0), 0);
  return done / all.length;
}

function how(job: Job, seconds: number): string {
  const { state, error, taken } = job;
  if (state === "sending") return t("outbox.sending");
  if (state === "sent") return t("outbox.sent");
  if (state === "failed")
    return taken ? t("outbox.taken_back") : t("outbox.failed", { why: error?.words ?? "" });
  if (seconds > 0) return t("outbox.held", { n: seconds });
  if (signedOut.value) return t("outbox.signed_out");
  if (!online.value) return t("outbox.offline");
  const progress = uploaded(job);
  if (progress !== undefined && progress < 1)
    return t("outbox.pictures_first", { percent: percent(progress) });
  if (error) return t("outbox.retrying", { why: error.words || t("outbox.no_answer") });
  return t("outbox.queued");
}

const percent = (part: number) => part.toLocaleString(language.value, { style: "percent" });

const SHOWN = 120;

/** The beginning of what somebody wrote, without marks. */
export function excerpt({ kind, content }: Job): string {
  const text = (content.title || content.text || "")
    .replace(/^(`{3,}|~{3,})[\s\S]*?^\1/gm, ` [${t("outbox.picture")}] `)
    .replace(/[*_#>`]+/g, "")
    .replace(/\s+/g, " ")
    .trim();
  return kind === "post" && text ? text.slice(0, SHOWN) : t(`outbox.kind_${kind}`);
}

/** Whole seconds from now until then, counted down; 0 when it is over. */
function useSecondsUntil(then: number): number {
  const [now, setNow] = useState(Date.now);
  const left = Math.max(0, then - now);
  useEffect(() => {
    if (!left) return;
    const timer = setTimeout(() => setNow(Date.now()), left % 1000 || 1000);
    return () => clearTimeout(timer);
  }, [now, then]);
  return Math.ceil(left / 1000);
}
