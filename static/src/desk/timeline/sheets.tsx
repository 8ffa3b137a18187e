// What stands in front of the page, one at a time; each is fetched when it is first asked for.

import type { ComponentType } from "preact";
import type { LiveStory } from "../live/story";
import { Lazy } from "../ui/lazy";
import { type Asked, asked, leave, type OfAnItem } from "./asked";
import type { Item } from "./items";

interface Standing {
  story: LiveStory;
  close: () => void;
}

/** What a sheet is shown with, by what was asked for. */
export type Sheet<What extends Asked["what"]> = Standing &
  (What extends OfAnItem ? { item: Item } : Extract<Asked, { what: What }>);

// biome-ignore lint/suspicious/noExplicitAny: each takes what it was asked with, see Sheet.
const SHEETS: Record<Asked["what"], () => Promise<ComponentType<any>>> = {
  edit: () => import("./edit").then(({ Edit }) => Edit),
  retract: () => import("./dialogs").then(({ Retract }) => Retract),
  correct: () => import("./dialogs").then(({ Correct }) => Correct),
  time: () => import("./dialogs").then(({ EditorialTime }) => EditorialTime),
  return: () => import("./dialogs").then(({ Return }) => Return),
  history: () => import("./history").then(({ History }) => History),
  notes: () => import("./notes").then(({ Notes }) => Notes),
  conflict: () => import("./conflict").then(({ Conflict }) => Conflict),
};

export function Sheets() {
  const now = asked.value;
  return now ? (
    <Lazy key={now.what} load={SHEETS[now.what]} props={{ ...now, close: leave }} />
  ) : null;
}
