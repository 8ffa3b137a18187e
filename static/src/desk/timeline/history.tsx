// All revisions of an update, what changed from one to another, and the way back to any of them.

import "./words";
import { useEffect, useState } from "preact/hooks";
import { ask as call } from "../api";
import { type Key, t } from "../messages";
import { may } from "../state";
import type { Content, Revision, Written } from "../types";
import { Button } from "../ui/button";
import { complain } from "../ui/complain";
import { Dialog } from "../ui/dialog";
import { Time } from "../ui/time";
import { say } from "../ui/toast";
import { put } from "./actions";
import { Difference } from "./difference";
import { isPublic } from "./items";
import { fullName } from "./names";
import type { Sheet } from "./sheets";
import { plain } from "./sift";

export function History({ story, item, close }: Sheet<"history">) {
  const [revisions, setRevisions] = useState<Revision[]>();
  const [pair, setPair] = useState<[number, number]>([0, 0]);
  const stands = story.updates.value.find(({ id }) => id === item.id)?.revision;
  useEffect(() => {
    const path = `${story.path}/updates/${item.id}/revisions`;
    call<{ revisions: Revision[] }>(path).then(
      (answer) => {
        setRevisions(answer.revisions);
        const last = answer.revisions.at(-1)?.revision ?? 0;
        setPair([answer.revisions.at(-2)?.revision ?? last, last]);
      },
      (error) => {
        complain(error);
        close();
      },
    );
    // What changes while it is looked at is shown as well.
  }, [stands]);
  const [from, to] = pair.map((number) => revisions?.find(({ revision }) => revision === number));
  const last = revisions?.at(-1);
  const choose = (revision: Revision, before: Revision | undefined) =>
    setPair([before?.revision ?? revision.revision, revision.revision]);
  return (
    <Dialog title={t("timeline.history_title")} shape="wide" close={close}>
      {!revisions && <p>{t("app.loading")}</p>}
      {revisions && to && last && (
        <div class="history">
          <ol class="revisions" reversed>
            {[...revisions].reverse().map((one) => (
              <li key={one.revision}>
                <button
                  type="button"
                  class="revision"
                  aria-pressed={one === to}
                  onClick={() => choose(one, before(revisions, one))}
                >
                  <b>{t(kindKey(one.kind))}</b>
                  <span>
                    <Time at={one.at} /> {one.by && t("timeline.by", { name: fullName(one.by) })}
                  </span>
                </button>
              </li>
            ))}
          </ol>
          <div class="compared">
            <label class="compare-with">
              {t("timeline.compare_with")}
              <select
                class="bare"
                value={from?.revision}
                onChange={(event) => setPair([Number(event.currentTarget.value), to.revision])}
              >
                {revisions.map((one) => (
                  <option key={one.revision} value={one.revision}>
                    {t("timeline.revision", { n: one.revision, kind: t(kindKey(one.kind)) })}
                  </option>
                ))}
              </select>
            </label>
            <Compared from={(from ?? to).update} to={to.update} />
            {to !== last && may("edit") && isPublic(last.update) && isPublic(to.update) && (
              <Button
                icon="undo"
                onClick={async () => {
                  const wanted = restored(to.update, last.update);
                  if (!(await put(story, { ...item, revision: last.revision }, "edit", wanted)))
                    return;
                  say(t("timeline.restored"));
                  close();
                }}
              >
                {t("timeline.restore")}
              </Button>
            )}
          </div>
        </div>
      )}
    </Dialog>
  );
}

const before = (revisions: Revision[], one: Revision): Revision | undefined =>
  revisions[revisions.indexOf(one) - 1];

const KINDS = ["posted", "edited", "corrected", "retracted", "pinned", "unpinned"];
const kindKey = (kind: string): Key =>
  (KINDS.includes(kind) ? `timeline.was_${kind}` : "timeline.was_edited") as Key;

const LABELS = ["key_event", "pinned", "breaking"] as const;

/** All of a version that can be put back, where it differs from what stands. */
function restored(old: Written, stands: Written): Content {
  const { title = "", text = "", byline = "", source = "", tags = [] } = old;
  return {
    title,
    byline,
    source,
    tags,
    verification: old.verification ?? null,
    ...(text !== (stands.text ?? "") && { text }),
  };
}

function Compared({ from, to }: { from: Written; to: Written }) {
  return (
    <div class="comparison">
      {(from.title || to.title) && (
        <div class="version-title">
          <Difference from={from.title ?? ""} to={to.title ?? ""} />
        </div>
      )}
      <Difference from={words(from)} to={words(to)} />
      <dl class="details">
        <Detail name="timeline.byline" from={from.byline} to={to.byline} />
        <Detail name="timeline.source_field" from={from.source} to={to.source} />
        <Detail name="timeline.tags" from={from.tags?.join(", ")} to={to.tags?.join(", ")} />
        <Detail name="timeline.labels" from={labels(from)} to={labels(to)} />
        <Detail name="timeline.time" from={from.displayed} to={to.displayed} />
        <Detail name="timeline.reason" from={from.notice} to={to.notice} />
      </dl>
    </div>
  );
}

/** Its Markdown; what was posted as blocks has none, then the words that readers saw. */
const words = ({ text, html = "" }: Written): string => text ?? plain(html);

const labels = (version: Written): string =>
  [
    ...LABELS.filter((name) => version[name]).map((name) =>
      t(`timeline.is_${name === "key_event" ? "key" : name}`),
    ),
    version.verification ? t(`timeline.${version.verification}`) : "",
  ]
    .filter(Boolean)
    .join(", ");

function Detail({
  name,
  from = "",
  to = "",
}: {
  name: Key;
  from?: string | undefined;
  to?: string | undefined;
}) {
  if (from === to) return null;
  return (
    <div>
      <dt>{t(name)}</dt>
      <dd>
        <Difference from={from} to={to} />
      </dd>
    </div>
  );
}
