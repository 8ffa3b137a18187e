// Above the timeline: filters with their counts, and the search in the story.

import { useMemo, useRef } from "preact/hooks";
import { t } from "../messages";
import { useShortcuts } from "../shortcuts";
import { Icon } from "../ui/icon";
import type { Item } from "./items";
import { counts, FILTERS, type Filter, prepare, type Sought, tags } from "./sift";

interface Tools {
  items: Item[];
  found: number;
  sought: Sought;
  seek: (changed: Partial<Sought>) => void;
}

const NAMES = Object.keys(FILTERS) as Filter[];

export function Toolbar({ items, found, sought, seek }: Tools) {
  const numbers = useMemo(() => counts(items), [items]);
  const known = useMemo(() => tags(items), [items]);
  // What would find nothing is no choice, but for all and for what is chosen.
  const shown = NAMES.filter(
    (name) => name === "all" || numbers[name] > 0 || sought.filter === name,
  );
  return (
    <div class="toolbar">
      <Search query={sought.query} found={found} seek={seek} ready={() => prepare(items)} />
      <fieldset class="filters" aria-label={t("timeline.filters")}>
        {shown.map((name) => (
          <button
            key={name}
            type="button"
            class="filter"
            aria-pressed={sought.filter === name}
            onClick={() => seek({ filter: name === sought.filter ? "all" : name })}
          >
            {t(`timeline.filter_${name}`)} <b>{numbers[name].toLocaleString()}</b>
          </button>
        ))}
        {(known.length > 0 || sought.tag) && (
          <select
            class={`filter ${sought.tag ? "on" : ""}`}
            aria-label={t("timeline.by_tag")}
            value={sought.tag}
            onChange={(event) => seek({ tag: event.currentTarget.value })}
          >
            <option value="">{t("timeline.all_tags")}</option>
            {known.map(([tag, n]) => (
              <option key={tag} value={tag}>
                {`#${tag} (${n})`}
              </option>
            ))}
          </select>
        )}
      </fieldset>
    </div>
  );
}

interface Searched extends Pick<Tools, "found" | "seek"> {
  query: string;
  ready: () => void;
}

function Search({ query, found, seek, ready }: Searched) {
  const field = useRef<HTMLInputElement>(null);
  useShortcuts([{ keys: "/", words: "timeline.search", act: () => field.current?.select() }]);
  return (
    <search class="search">
      <Icon name="search" />
      <input
        ref={field}
        type="search"
        dir="auto"
        enterkeyhint="search"
        autocomplete="off"
        aria-label={t("timeline.search")}
        placeholder={t("timeline.search")}
        value={query}
        onFocus={ready}
        onInput={(event) => seek({ query: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          seek({ query: "" });
          field.current?.blur();
        }}
      />
      <kbd>/</kbd>
      <span class="unseen" role="status">
        {query && t("timeline.n_found", { n: found })}
      </span>
    </search>
  );
}
