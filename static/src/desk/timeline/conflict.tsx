// Two wrote on the same update: what it was, theirs and mine, side by side; and one text of both.

import "./words";
import { useEffect, useState } from "preact/hooks";
import { ask as call, Problem } from "../api";
import type { LiveStory } from "../live/story";
import { t } from "../messages";
import { add, conflicted, discard, type Job, retry } from "../outbox";
import type { Revision, Written } from "../types";
import { Button } from "../ui/button";
import { complain, why } from "../ui/complain";
import { Dialog } from "../ui/dialog";
import { Lines } from "../ui/field";
import { say } from "../ui/toast";
import { Difference } from "./difference";
import { asText, isMarked, type Marks, merged } from "./merge";
import { nameOf } from "./names";
import type { Sheet } from "./sheets";

interface Sides {
  /** What it was when I began, where the record still has it. */
  base: Written | undefined;
  theirs: Written;
  by: string;
}

/** Throws Problem. */
async function sides(story: LiveStory, { update, revision }: Job): Promise<Sides> {
  const path = `${story.path}/updates/${update}`;
  const [theirs, revisions] = await Promise.all([
    call<Written>(path),
    call<{ revisions: Revision[] }>(`${path}/revisions`).then(
      (answer) => answer.revisions,
      (error) => {
        // A draft has no revisions that are kept.
        if (error instanceof Problem && error.status === 404) return [];
        throw error;
      },
    ),
  ]);
  const base = revisions.find((one) => one.revision === revision)?.update;
  return { base, theirs, by: await nameOf(revisions.at(-1)?.by ?? theirs.author ?? "") };
}

export function Conflict({ story, job, close }: Sheet<"conflict">) {
  const [found, setFound] = useState<Sides>();
  const [error, setError] = useState<unknown>();
  const later = () => {
    conflicted.value = undefined;
    close();
  };
  useEffect(() => {
    sides(story, job).then(setFound, setError);
  }, [job]);
  if (!found) {
    return (
      <Dialog title={t("timeline.conflict_title")} close={later}>
        <p>{error ? why(error) : t("app.loading")}</p>
      </Dialog>
    );
  }
  return <Both {...{ story, job, ...found }} close={later} />;
}

const marks = (by: string): Marks => ({
  theirs: `▼ ${t("timeline.mark_theirs", { name: by })}`,
  mine: `▼ ${t("timeline.mark_mine")}`,
  end: `▲ ${t("timeline.mark_end")}`,
});

const textOf = ({ text = "" }: { text?: string }) => text;

function Both({ story, job, base, theirs, by, close }: Sides & Omit<Sheet<"conflict">, "what">) {
  const was = base ?? theirs;
  const mine = job.content.text ?? textOf(was);
  const [edge] = useState(() => marks(by));
  const [together, setTogether] = useState(() =>
    asText(merged(base ? textOf(base) : "", textOf(theirs), mine), edge),
  );
  const marked = isMarked(together, edge);
  const send = async (content: Job["content"]) => {
    await retry(job.id, content, theirs.revision);
    say(t("timeline.conflict_sent"));
    close();
  };
  /** Theirs stand; mine are kept where only I see them. */
  const yield_ = async () => {
    const { correction: _, ...words } = job.content;
    const title = job.content.title ?? theirs.title;
    try {
      await add({
        story: story.slug,
        kind: "post",
        content: { ...words, text: mine, ...(title && { title }), draft: true, private: true },
      });
      await discard(job.id);
      say(t("timeline.conflict_kept"));
      close();
    } catch (error) {
      complain(error);
    }
  };
  return (
    <Dialog
      title={t("timeline.conflict_title")}
      shape="wide"
      close={close}
      foot={
        <>
          <Button onClick={() => void yield_()}>{t("timeline.take_theirs")}</Button>
          <Button onClick={() => void send({ ...job.content })}>{t("timeline.take_mine")}</Button>
          <Button
            look="strong"
            disabled={marked}
            onClick={() => void send({ ...job.content, text: together })}
          >
            {t("timeline.take_both")}
          </Button>
        </>
      }
    >
      <p>{t("timeline.conflict_why", { name: by })}</p>
      <div class="three-ways">
        <section aria-label={t("timeline.was")}>
          <h3>{t("timeline.was")}</h3>
          {base ? <Version version={base} /> : <p class="hint">{t("timeline.was_gone")}</p>}
        </section>
        <section aria-label={t("timeline.theirs", { name: by })}>
          <h3>{t("timeline.theirs", { name: by })}</h3>
          <Version version={theirs} from={base} />
        </section>
        <section aria-label={t("timeline.mine")}>
          <h3>{t("timeline.mine")}</h3>
          <Version version={{ ...was, ...job.content, text: mine }} from={base} />
        </section>
      </div>
      <Lines
        label={t("timeline.together")}
        hint={t(marked ? "timeline.together_marked" : "timeline.together_hint")}
        value={together}
        onInput={(event) => setTogether(event.currentTarget.value)}
      />
    </Dialog>
  );
}

type Words = { title?: string; text?: string };

function Version({ version, from }: { version: Words; from?: Words | undefined }) {
  const { title = "", text = "" } = version;
  return (
    <>
      {(title || from?.title) && (
        <div class="version-title">
          <Difference from={from?.title ?? title} to={title} />
        </div>
      )}
      <Difference from={from ? textOf(from) : text} to={text} />
    </>
  );
}
