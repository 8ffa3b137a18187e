// The list of stories: which run, who reads them, who is in, what waits.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ask } from "../api";
import { listen, overview } from "../live/desk";
import { t } from "../messages";
import { useShortcuts } from "../shortcuts";
import { may } from "../state";
import type { Overview, StoryHead } from "../types";
import { Button } from "../ui/button";
import { later } from "../ui/later";
import { StoryRow } from "./row";

const GROUPS = [
  { words: "stories.group_running", has: ["live", "paused"] },
  { words: "stories.group_draft", has: ["draft"] },
  { words: "stories.group_closed", has: ["closed"] },
] as const;

const OpenStory = later<{ close: () => void }>(async () => (await import("./open")).OpenStory);

export function StoryList() {
  const sought = useSignal("");
  const opens = useSignal(false);
  useEffect(() => {
    if (!overview.peek()) fetched().catch(() => {});
    return listen("", { private: () => {} });
  }, []);
  const open = () => {
    opens.value = may("publish");
  };
  useShortcuts([{ keys: "n", words: "stories.open", act: open }]);
  const all = overview.value;
  const found = all?.filter((story) => fits(story, sought.value));

  return (
    <section class="stories">
      <header>
        <h1>{t("app.stories")}</h1>
        {Boolean(all?.length) && (
          <input
            class="bare"
            type="search"
            aria-label={t("stories.find")}
            placeholder={t("stories.find")}
            value={sought}
            onInput={(event) => {
              sought.value = event.currentTarget.value;
            }}
          />
        )}
        {may("publish") && (
          <Button look="strong" icon="add" onClick={open}>
            {t("stories.open")}
          </Button>
        )}
      </header>
      {found ? <Groups stories={found} sought={sought.value} /> : <Skeleton />}
      {opens.value && (
        <OpenStory
          close={() => {
            opens.value = false;
          }}
        />
      )}
    </section>
  );
}

/** Until the stream tells more: what there is. */
async function fetched(): Promise<void> {
  const { stories } = await ask<{ stories: StoryHead[] }>("/stories");
  overview.value ??= stories.map((head) => ({
    slug: head.slug,
    headline: head.headline,
    kicker: head.kicker ?? "",
    status: head.status,
    language: head.language,
    revision: head.revision,
    changed: head.modified ?? head.opened,
    readers: 0,
    present: [],
    waiting: 0,
    scheduled: 0,
  }));
}

const plain = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

const fits = ({ headline, slug, kicker }: Overview, sought: string) =>
  plain(`${headline} ${slug} ${kicker ?? ""}`).includes(plain(sought.trim()));

function Groups({ stories, sought }: { stories: Overview[]; sought: string }) {
  const [order, hold] = useSteady(stories);
  if (!stories.length) {
    return (
      <div class="nothing">
        <h2>{t(sought ? "stories.none_found" : "stories.none")}</h2>
        {!sought && <p>{t(may("publish") ? "stories.none_hint" : "stories.none_for_you")}</p>}
      </div>
    );
  }
  return (
    <div {...hold}>
      {GROUPS.map(({ words, has }) => {
        const group = order.filter(({ status }) => (has as readonly string[]).includes(status));
        return (
          group.length > 0 && (
            <section key={words} class="story-group">
              <h2>{t(words)}</h2>
              <ul>
                {group.map((story) => (
                  <StoryRow key={story.slug} story={story} />
                ))}
              </ul>
            </section>
          )
        );
      })}
    </div>
  );
}

/** The stories, the one that changed last first; no row moves while somebody points at one. */
function useSteady(stories: Overview[]) {
  const held = useRef<string[]>([]);
  const busy = useSignal(false);
  const newest = [...stories].sort((a, b) => (a.changed < b.changed ? 1 : -1));
  if (!busy.value) held.current = newest.map(({ slug }) => slug);
  const places = new Map(held.current.map((slug, at) => [slug, at]));
  const order = newest.sort((a, b) => (places.get(a.slug) ?? -1) - (places.get(b.slug) ?? -1));
  const set = (now: boolean) => () => {
    busy.value = now;
  };
  const hold = {
    onPointerEnter: set(true),
    onPointerLeave: set(false),
    onFocusIn: set(true),
    onFocusOut: set(false),
  };
  return [order, hold] as const;
}

function Skeleton() {
  return (
    <ul class="skeleton" aria-label={t("app.loading")}>
      {[0, 1, 2].map((row) => (
        <li key={row} />
      ))}
    </ul>
  );
}
