// Several updates at once: key events and tags. Each is a write of its own, told of honestly.

import "./words";
import { useState } from "preact/hooks";
import { ask as call, Problem } from "../api";
import type { LiveStory } from "../live/story";
import { t } from "../messages";
import type { Content, Written } from "../types";
import { Button } from "../ui/button";
import { why } from "../ui/complain";
import { Dialog } from "../ui/dialog";
import { Line } from "../ui/field";
import type { Item } from "./items";

export interface Bulked {
  story: LiveStory;
  /** What the filters leave. */
  items: Item[];
  chosen: Item[];
  choose: (ids: string[]) => void;
}

type Change = (item: Item) => Content;

interface Outcome {
  done: number;
  total: number;
  /** What could not be done, and why. */
  left: { item: Item; why: string }[];
}

export function Bulk({ story, items, chosen, choose }: Bulked) {
  const [tagging, setTagging] = useState<"add" | "remove">();
  const [outcome, setOutcome] = useState<Outcome>();
  const busy = Boolean(outcome && outcome.done + outcome.left.length < outcome.total);

  const run = async (change: Change) => {
    const wanted = chosen.filter((item) => differs(item, change(item)));
    let now: Outcome = { done: 0, total: wanted.length, left: [] };
    setOutcome(now);
    for (const item of wanted) {
      const failure = await patched(story, item, change(item));
      now = failure
        ? { ...now, left: [...now.left, { item, why: failure }] }
        : { ...now, done: now.done + 1 };
      setOutcome(now);
    }
    // What could not be done stays chosen.
    choose(now.left.map(({ item }) => item.id));
  };
  return (
    <>
      <fieldset class="bulk" aria-label={t("timeline.bulk")}>
        <b role="status">{t("timeline.n_chosen", { n: chosen.length })}</b>
        <Button look="quiet" onClick={() => choose(items.map(({ id }) => id))}>
          {t("timeline.choose_all", { n: items.length })}
        </Button>
        <Button icon="key" disabled={busy} onClick={() => run(() => ({ key_event: true }))}>
          {t("timeline.key_on")}
        </Button>
        <Button disabled={busy} onClick={() => run(() => ({ key_event: false }))}>
          {t("timeline.key_off")}
        </Button>
        <Button icon="tag" disabled={busy} onClick={() => setTagging("add")}>
          {t("timeline.tag_add")}
        </Button>
        <Button disabled={busy} onClick={() => setTagging("remove")}>
          {t("timeline.tag_remove")}
        </Button>
        <Button
          look="quiet"
          icon="close"
          aria-label={t("timeline.choose_none")}
          onClick={() => choose([])}
        />
        {outcome && busy && (
          <progress
            value={outcome.done + outcome.left.length}
            max={outcome.total}
            aria-label={t("timeline.bulk")}
          />
        )}
      </fieldset>
      {tagging && (
        <Tagging
          tags={tagging === "remove" ? [...new Set(chosen.flatMap(({ tags = [] }) => tags))] : []}
          title={t(tagging === "add" ? "timeline.tag_add" : "timeline.tag_remove")}
          close={() => setTagging(undefined)}
          act={(tag) => run(tagging === "add" ? tagged(tag) : untagged(tag))}
        />
      )}
      {outcome && !busy && outcome.left.length > 0 && (
        <Result outcome={outcome} close={() => setOutcome(undefined)} />
      )}
    </>
  );
}

const tagged =
  (tag: string): Change =>
  ({ tags = [] }) => ({ tags: [...new Set([...tags, tag])] });

const untagged =
  (tag: string): Change =>
  ({ tags = [] }) => ({ tags: tags.filter((one) => one !== tag) });

const differs = (item: Item, { key_event, tags }: Content): boolean =>
  (key_event !== undefined && key_event !== Boolean(item.key_event)) ||
  (tags !== undefined && tags.length !== (item.tags?.length ?? 0));

/** Why it could not be done, if so. */
async function patched(story: LiveStory, item: Item, body: Content): Promise<string | undefined> {
  const path = `${story.path}/updates/${item.id}`;
  try {
    const key = crypto.randomUUID();
    story.take(await call<Written>(path, { method: "PATCH", body, revision: item.revision, key }));
    return undefined;
  } catch (error) {
    const changed = error instanceof Problem && error.status === 412;
    return changed ? t("timeline.changed_meanwhile") : why(error);
  }
}

interface TagQuestion {
  title: string;
  tags: string[];
  close: () => void;
  act: (tag: string) => unknown;
}

function Tagging({ title, tags, close, act }: TagQuestion) {
  const [tag, setTag] = useState(tags[0] ?? "");
  const done = () => {
    close();
    void act(tag.trim().replace(/^#/, ""));
  };
  return (
    <Dialog
      title={title}
      close={close}
      foot={
        <Button look="strong" disabled={!tag.trim()} onClick={done}>
          {title}
        </Button>
      }
    >
      <Line
        label={t("timeline.tag")}
        value={tag}
        maxLength={60}
        list="bulk-tags"
        onInput={(event) => setTag(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && tag.trim()) done();
        }}
      />
      <datalist id="bulk-tags">
        {tags.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </Dialog>
  );
}

function Result({ outcome, close }: { outcome: Outcome; close: () => void }) {
  return (
    <Dialog title={t("timeline.bulk_result")} close={close}>
      <p>{t("timeline.bulk_done", { n: outcome.done })}</p>
      <p>{t("timeline.bulk_left", { n: outcome.left.length })}</p>
      <ul class="bulk-left">
        {outcome.left.map(({ item, why }) => (
          <li key={item.id}>
            <b dir="auto">{item.title || item.id}</b> {why}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
