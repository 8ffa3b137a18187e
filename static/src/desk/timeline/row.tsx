// One update in the timeline: as readers see it, with what the newsroom knows of it and can do.

import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Correction } from "../../shared/wire";
import type { LiveStory } from "../live/story";
import { language, t } from "../messages";
import { written } from "../shortcuts";
import { may } from "../state";
import { Button } from "../ui/button";
import { Menu } from "../ui/menu";
import { clock, Time } from "../ui/time";
import { ACTIONS, type Action, address } from "./actions";
import { Clamped } from "./clamped";
import { type Item, isRetracted, since } from "./items";
import { Labels } from "./labels";
import { mark } from "./marking";
import { sought } from "./sift";
import type { Windowing } from "./windowing";

/** What a row tells the timeline; the same object for all rows, always. */
export interface Hearing {
  chosen(id: string, range: boolean): void;
  opened(id: string): void;
  tagged(tag: string): void;
}

export interface Rowed {
  story: LiveStory;
  item: Item;
  windowing: Windowing;
  hearing: Hearing;
  gap: number;
  position: number;
  total: number;
  current: boolean;
  chosen: boolean;
  choosing: boolean;
  opened: boolean;
  editing: string[] | undefined;
  notes: number;
  unread: boolean;
  query: string;
}

export function Row(props: Rowed) {
  const { item, windowing, query } = props;
  const row = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (row.current) return windowing.hold(item.id, row.current);
  }, [item.id, windowing]);
  useLayoutEffect(() => {
    const body = row.current?.querySelector(".row-body");
    if (body) return mark(body, sought(query));
  }, [item, query]);
  // The same element again is not looked into: what changes in one row draws that row alone.
  return useMemo(() => <Drawn {...props} row={row} />, [language.value, ...Object.values(props)]);
}

function Drawn({ row, ...props }: Rowed & { row: { current: HTMLElement | null } }) {
  const { item, hearing, gap, current, position, total, chosen } = props;
  const choose = (event: MouseEvent) => {
    if (!event.shiftKey || !may("edit")) return;
    event.preventDefault();
    hearing.chosen(item.id, true);
  };
  return (
    <article
      ref={row}
      class={looks(props)}
      style={{ marginBlockStart: gap ? `${gap}px` : "" }}
      data-id={item.id}
      data-revision={item.revision}
      tabIndex={current ? 0 : -1}
      aria-posinset={position}
      aria-setsize={total}
      aria-labelledby={`t-${item.id}${item.title ? ` h-${item.id}` : ""}`}
      aria-busy={Boolean(item.under_way)}
      onMouseDown={choose}
    >
      <Side {...props} />
      <div class="row-main">
        <Labels {...props} />
        <Body {...props} />
      </div>
      <Acts {...props} />
      {chosen && <span class="unseen">{t("timeline.chosen")}</span>}
    </article>
  );
}

const looks = ({ item, chosen, choosing, editing }: Rowed): string =>
  [
    "row",
    item.breaking && "row-breaking",
    item.pinned && "row-pinned",
    isRetracted(item) && "row-retracted",
    item.draft && "row-draft",
    item.under_way && "row-under-way",
    editing && "row-edited",
    chosen && "row-chosen",
    choosing && "row-choosing",
  ]
    .filter(Boolean)
    .join(" ");

/** When, and a box to choose it by. */
function Side({ story, item, chosen, hearing }: Rowed) {
  const at = since(item);
  const time = (
    <time dateTime={at} id={`t-${item.id}`} title={moments(item)}>
      {item.due ? clock(new Date(item.due)) : clock(new Date(at))}
    </time>
  );
  return (
    <div class="row-side">
      {item.draft ? (
        time
      ) : (
        <a class="row-time" href={address(story, item)} target="_blank" rel="noopener">
          {time}
        </a>
      )}
      {!item.draft && may("edit") && !isRetracted(item) && (
        <input
          type="checkbox"
          class="row-choose"
          checked={chosen}
          aria-label={t("timeline.choose")}
          onClick={(event) => hearing.chosen(item.id, event.shiftKey)}
        />
      )}
    </div>
  );
}

function moments(item: Item): string {
  const say = (at: string) =>
    new Date(at).toLocaleString(language.value, { dateStyle: "full", timeStyle: "long" });
  if (item.due) return t("timeline.due_at", { at: say(item.due) });
  if (item.draft) return t("timeline.saved_at", { at: say(item.modified ?? item.published) });
  const published = t("timeline.published_at", { at: say(item.published) });
  return item.displayed
    ? `${published}\n${t("timeline.displayed_at", { at: say(item.displayed) })}`
    : published;
}

function Body({ item, opened, hearing }: Rowed) {
  const { id, title, html } = item;
  return (
    <div class="row-body" dir="auto">
      {item.returned && (
        <p class="returned">
          <strong>{t("timeline.returned")}</strong> <span dir="auto">{item.returned}</span>
        </p>
      )}
      {title && (
        <h3 class="row-title" id={`h-${id}`} dir="auto">
          {title}
        </h3>
      )}
      {isRetracted(item) && (
        <p class="row-notice">{item.notice || t("timeline.retracted_without")}</p>
      )}
      {html && <Clamped item={item} html={html} id={id} opened={opened} open={hearing.opened} />}
      {item.corrections?.map((one) => (
        <Corrected key={one.at} correction={one} />
      ))}
      <p class="row-meta">
        {item.byline && <span dir="auto">{item.byline}</span>}
        {item.source && <span dir="auto">{t("timeline.source", { source: item.source })}</span>}
        {item.tags?.map((tag) => (
          <button key={tag} type="button" class="row-tag" onClick={() => hearing.tagged(tag)}>
            <span dir="auto">#{tag}</span>
          </button>
        ))}
      </p>
    </div>
  );
}

function Corrected({ correction }: { correction: Correction }) {
  return (
    <p class="correction">
      <strong>{t(`timeline.corrected_${correction.kind}`)}</strong> <Time at={correction.at} />{" "}
      <span dir="auto">{correction.note}</span>
    </p>
  );
}

const AT_HAND = ["approve", "publish", "edit", "key", "pin"];

function Acts({ story, item }: Rowed) {
  const fitting = ACTIONS.filter((action) => action.fits(item, story));
  const atHand = fitting.filter(({ name }) => AT_HAND.includes(name));
  return (
    <div class="row-acts">
      {atHand.map((action) => (
        <Button
          key={action.name}
          look="quiet"
          icon={action.icon}
          aria-label={t(action.words(item, story))}
          class={isOn(action, item) ? "on" : ""}
          onClick={() => void action.act(story, item)}
        />
      ))}
      <Menu
        label={t("timeline.actions")}
        items={fitting.map((action) => entry(action, story, item))}
      />
    </div>
  );
}

const isOn = ({ name }: Action, item: Item): boolean =>
  Boolean((name === "key" && item.key_event) || (name === "pin" && item.pinned));

export const entry = (action: Action, story: LiveStory, item: Item) => ({
  label: t(action.words(item, story)),
  icon: action.icon,
  act: () => void action.act(story, item),
  ...(action.danger && { danger: true }),
  ...(action.keys && { keys: written(action.keys) }),
});
