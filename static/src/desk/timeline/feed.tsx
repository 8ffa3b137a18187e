// All updates of a story, newest first; what waits is in waiting.tsx.

import { useComputed } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { type LiveStory, place } from "../live/story";
import { learn, t } from "../messages";
import { timeline } from "../messages/en/timeline";
import { jobs } from "../outbox";
import { OutboxLines } from "../outbox/lines";
import { may } from "../state";
import { Button } from "../ui/button";
import { later } from "../ui/later";
import type { Bulked } from "./bulk";
import { expected, type Item, isRetracted, waiting } from "./items";
import { useKeys } from "./keys";
import { noted, unread } from "./noted";
import { editors } from "./presence";
import { type Hearing, Row } from "./row";
import { type Sought, sifted } from "./sift";
import { Toolbar } from "./toolbar";
import { useWindowing, type Windowing } from "./windowing";

learn(timeline);

const Bulk = later<Bulked>(async () => (await import("./bulk")).Bulk);
const NOTHING: Sought = { filter: "all", tag: "", query: "" };

export function Timeline({ story }: { story: LiveStory }) {
  const published = useComputed(() => expected(story.updates.value, jobs.value, story.slug));
  const drafts = useComputed(() => waiting(story.drafts.value, jobs.value, story.slug));
  const all = useComputed<Item[]>(() => [...drafts.value, ...published.value]).value;
  const [sought, setSought] = useState(NOTHING);
  const items = useMemo(() => sifted(all, sought), [all, sought]);
  const keys = useMemo(() => items.map(({ id }) => id), [items]);
  const feed = useRef<HTMLDivElement>(null);
  const windowing = useWindowing(keys, feed);
  const [current, setCurrent] = useState<string>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const held = useRef({ items, chosen, current, story });
  held.current = { items, chosen, current, story };

  const hearing = useMemo<Hearing>(() => {
    const toggled = (set: ReadonlySet<string>, id: string) => {
      const next = new Set(set);
      if (!next.delete(id)) next.add(id);
      return next;
    };
    let last = "";
    return {
      chosen: (id, range) => {
        setChosen((set) =>
          range && last ? between(held.current.items, set, last, id) : toggled(set, id),
        );
        last = id;
      },
      opened: (id) => setOpened((set) => toggled(set, id)),
      tagged: (tag) => setSought((before) => ({ ...before, tag })),
    };
  }, []);

  const seek = (changed: Partial<Sought>) => {
    setSought((before) => ({ ...before, ...changed }));
  };
  useAnew(windowing, feed, sought);
  useKeys({ windowing, feed, held, setCurrent, hearing });

  const { rows, after } = windowing.drawn([current]);
  const working = useComputed(() => editors.value).value;
  return (
    <section class="timeline" aria-labelledby="timeline-title">
      <h2 class="unseen" id="timeline-title">
        {t("timeline.title")}
      </h2>
      <OutboxLines story={story} />
      <Toolbar items={all} found={items.length} sought={sought} seek={seek} />
      <div
        ref={feed}
        class="feed"
        role="feed"
        aria-label={t("timeline.title")}
        aria-busy={story.loading.value}
        style={{ paddingBlockEnd: `${after}px` }}
        onFocusIn={(event) => {
          const id = (event.target as HTMLElement).closest<HTMLElement>("[data-id]")?.dataset.id;
          if (id) setCurrent(id);
        }}
      >
        {rows.map(({ index, gap }) => {
          const item = items[index] as Item;
          const { id } = item;
          return (
            <Row
              key={id}
              {...{ story, item, windowing, hearing, gap }}
              position={index + 1}
              total={items.length}
              current={current ? current === id : index === 0}
              chosen={chosen.has(id)}
              choosing={chosen.size > 0}
              opened={opened.has(id)}
              editing={working.get(id)}
              notes={noted(story).get(id) ?? 0}
              unread={unread(story).has(id)}
              query={sought.query}
            />
          );
        })}
      </div>
      <Pill items={items} windowing={windowing} feed={feed} />
      <Empty story={story} all={all} items={items} sought={sought} seek={seek} />
      {chosen.size > 0 && (
        <Bulk
          story={story}
          items={items.filter((item) => !item.draft && !isRetracted(item))}
          chosen={published.value.filter(({ id }) => chosen.has(id))}
          choose={(ids) => setChosen(new Set(ids))}
        />
      )}
    </section>
  );
}

/** The chosen and all between the two. */
function between(items: Item[], set: ReadonlySet<string>, one: string, other: string): Set<string> {
  const at = items.findIndex(({ id }) => id === one);
  const to = items.findIndex(({ id }) => id === other);
  if (at < 0 || to < 0) return new Set([...set, other]);
  const range = items.slice(Math.min(at, to), Math.max(at, to) + 1);
  return new Set([...set, ...range.filter((item) => !isRetracted(item)).map(({ id }) => id)]);
}

/** Another selection begins at its top. */
function useAnew(
  windowing: Windowing,
  feed: { current: HTMLElement | null },
  sought: Sought,
): void {
  const first = useRef(true);
  useLayoutEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    const bar = feed.current?.previousElementSibling?.getBoundingClientRect().bottom ?? 0;
    const above = bar - (feed.current?.getBoundingClientRect().top ?? 0);
    if (above > 0) scrollBy({ top: -above, behavior: "instant" });
    windowing.anew();
  }, [sought]);
}

interface Pilled {
  items: Item[];
  windowing: Windowing;
  feed: { current: HTMLElement | null };
}

/** How many came since the newest was in view; a touch leads to them. */
function Pill({ items, windowing, feed }: Pilled) {
  const newest = useRef("");
  const top = windowing.top.value;
  const first = items.find((item) => !item.draft);
  useEffect(() => {
    if (top || !newest.current) newest.current = first ? place(first) : "";
  }, [top, first]);
  const n = top || !newest.current ? 0 : items.findIndex((item) => place(item) <= newest.current);
  const show = () => {
    feed.current?.scrollIntoView({ block: "start", behavior: "instant" });
    windowing.row(items[0]?.id ?? "")?.focus({ preventScroll: true });
  };
  return (
    <>
      <div class="new-pill">
        {n > 0 && (
          <Button look="strong" icon="up" onClick={show}>
            {t("timeline.n_new", { n })}
          </Button>
        )}
      </div>
      <p class="unseen" role="status">
        {n > 0 && t("timeline.n_new", { n })}
      </p>
    </>
  );
}

interface Emptied {
  story: LiveStory;
  all: Item[];
  items: Item[];
  sought: Sought;
  seek: (changed: Partial<Sought>) => void;
}

function Empty({ story, all, items, sought, seek }: Emptied) {
  if (items.length) {
    return story.loading.value ? <p class="feed-end">{t("timeline.older")}</p> : null;
  }
  if (story.loading.value) return <p class="feed-end">{t("app.loading")}</p>;
  const narrowed = sought.query || sought.tag || sought.filter !== "all";
  return (
    <div class="feed-end nothing-here">
      <p>{t(narrowed && all.length ? "timeline.none_found" : "timeline.none")}</p>
      {narrowed && <Button onClick={() => seek(NOTHING)}>{t("timeline.show_all")}</Button>}
      {!narrowed && may("draft") && <p class="hint">{t("timeline.none_hint")}</p>}
    </div>
  );
}
