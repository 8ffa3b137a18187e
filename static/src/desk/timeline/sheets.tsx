// What stands in front of the page, one at a time; each is fetched when it is first asked for.

import type { ComponentType } from "preact";
import type { LiveStory } from "../live/story";
import { later } from "../ui/later";
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
const SHEETS: Record<Asked["what"], ComponentType<any>> = {
  edit: later(async () => (await import("./edit")).Edit),
  retract: later(async () => (await import("./dialogs")).Retract),
  correct: later(async () => (await import("./dialogs")).Correct),
  time: later(async () => (await import("./dialogs")).EditorialTime),
  return: later(async () => (await import("./dialogs")).Return),
  history: later(async () => (await import("./history")).History),
  notes: later(async () => (await import("./notes")).Notes),
  conflict: later(async () => (await import("./conflict")).Conflict),
};

export function Sheets() {
  const now = asked.value;
  if (!now) return null;
  const Now = SHEETS[now.what];
  return <Now key={now.what} {...now} close={leave} />;
}
