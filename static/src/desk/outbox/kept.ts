// What somebody is writing, kept at every keystroke per person, story, thing and tab.

import { me } from "../state";
import { all, change } from "./disk";
import { settle } from "./jobs";
import { living, tab } from "./tab";

/** What a composer holds; anything that can be cloned. */
export interface Kept<State> {
  story: string;
  /** "new", or the id of the update that is edited. */
  about: string;
  tab: string;
  state: State;
  at: number;
}

// What is to be written next, one for each thing: what comes later replaces it. Undefined: it is to
// be forgotten.
type Writing = { kept: (Kept<unknown> & { person: string }) | undefined; done: Promise<void> };
const waiting = new Map<string, Writing>();
const last = new Map<string, Promise<void>>();
const name = (person: string, story: string, about: string, of: string) =>
  [person, story, about, of].join(" ");

/** Fulfilled when it is on disk, or something that was written later. */
export async function keep<State>(story: string, about: string, state: State): Promise<void> {
  const person = me.peek()?.id ?? "";
  const at = Date.now();
  return put(story, about, { person, story, about, tab: await tab, state, at });
}

/** What was written is on its way, or not wanted. */
export async function forget(story: string, about: string): Promise<void> {
  await tab;
  return put(story, about, undefined);
}

async function put(story: string, about: string, kept: Writing["kept"]): Promise<void> {
  const own = name(me.peek()?.id ?? "", story, about, await tab);
  const writing = waiting.get(own);
  if (writing) {
    writing.kept = kept;
    return writing.done;
  }
  // One at a time and in order: what comes meanwhile is written next, all at once.
  const before = last.get(own) ?? Promise.resolve();
  const next: Writing = { kept, done: before.then(() => write(own, story)) };
  waiting.set(own, next);
  last.set(own, next.done);
  return next.done;
}

async function write(own: string, story: string): Promise<void> {
  const writing = waiting.get(own);
  waiting.delete(own);
  if (!writing) return;
  await change("kept", own, () => writing.kept, "relaxed");
  await settle(story);
}

/** Write what waits for its turn now: the page may be gone in a moment. */
const flush = () => {
  for (const own of [...waiting.keys()]) write(own, own.split(" ")[1] ?? "");
};
addEventListener("pagehide", flush);
document.addEventListener("visibilitychange", flush);

/** What this tab kept, else what a tab that is gone left behind: then it is this tab's. */
export async function recall<State>(
  story: string,
  about: string,
): Promise<Kept<State> | undefined> {
  const person = me.peek()?.id ?? "";
  const here = await tab;
  const own = name(person, story, about, here);
  // One after the other: two tabs that open at once must not take the same.
  return navigator.locks.request("liveblog-recall", async () => {
    const [kept, lives] = await Promise.all([all("kept"), living()]);
    const mine = kept.find(([key]) => key === own);
    if (mine) return mine[1] as Kept<State>;
    const left = kept
      .filter(([, one]) => one.person === person && one.story === story && one.about === about)
      .filter(([, one]) => !lives(one.tab))
      .sort(([, a], [, b]) => b.at - a.at)[0];
    if (!left) return undefined;
    const [key, found] = left;
    await change("kept", own, () => ({ ...found, tab: here }));
    // Only now that it is here: dying in between leaves it twice rather than nowhere.
    await change("kept", key, () => undefined);
    return found as Kept<State>;
  });
}
