// The timeline by keyboard: from update to update, and what is done with the one in focus.

import { useLayoutEffect, useRef } from "preact/hooks";
import type { LiveStory } from "../live/story";
import type { Key } from "../messages";
import { useShortcuts } from "../shortcuts";
import { may } from "../state";
import { ACTIONS } from "./actions";
import { type Item, isRetracted } from "./items";
import type { Hearing } from "./row";
import type { Windowing } from "./windowing";

export interface Keyed {
  windowing: Windowing;
  feed: { current: HTMLElement | null };
  held: {
    current: {
      items: Item[];
      current: string | undefined;
      story: LiveStory;
    };
  };
  setCurrent: (id: string) => void;
  hearing: Hearing;
}

export function useKeys({ windowing, feed, held, setCurrent, hearing }: Keyed): void {
  const wanted = useRef<string | undefined>(undefined);

  // A row far away is drawn first, and has the focus then.
  useLayoutEffect(() => {
    const row = wanted.current && windowing.row(wanted.current);
    if (!row) return;
    wanted.current = undefined;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest", behavior: "instant" });
  });

  const step = (by: number) => {
    const { items, current } = held.current;
    const at = items.findIndex(({ id }) => id === (current ?? windowing.first));
    const inside = feed.current?.contains(document.activeElement);
    const to = items[Math.min(Math.max(inside ? at + by : Math.max(at, 0), 0), items.length - 1)];
    if (!to) return;
    wanted.current = to.id;
    if (to.id === current) windowing.redraw();
    else setCurrent(to.id);
  };

  /** The update that has the focus, or holds what has it. */
  const focused = (): Item | undefined => {
    const row = document.activeElement?.closest<HTMLElement>("[data-id]");
    return row && feed.current?.contains(row)
      ? held.current.items.find(({ id }) => id === row.dataset.id)
      : undefined;
  };

  useShortcuts([
    { keys: "j", words: "timeline.next", act: () => step(1) },
    { keys: "k", words: "timeline.previous", act: () => step(-1) },
    {
      keys: "x",
      words: "timeline.choose",
      act: () => {
        const item = focused();
        if (item && !item.draft && !isRetracted(item) && may("edit"))
          hearing.chosen(item.id, false);
      },
    },
    ...ACTIONS.flatMap(({ keys, name, fits, act }) =>
      keys
        ? {
            keys,
            words: `timeline.do_${name}` as Key,
            act: () => {
              const item = focused();
              if (item && fits(item, held.current.story)) void act(held.current.story, item);
            },
          }
        : [],
    ),
  ]);

  // In a feed these go from article to article; elsewhere they are the browser's.
  useLayoutEffect(() => {
    const element = feed.current;
    const turn = (event: KeyboardEvent) => {
      const by = { PageDown: 1, PageUp: -1 }[event.key];
      if (!by || (event.target as HTMLElement).closest("[role=menu]")) return;
      event.preventDefault();
      step(by);
    };
    element?.addEventListener("keydown", turn);
    return () => element?.removeEventListener("keydown", turn);
  }, []);
}
