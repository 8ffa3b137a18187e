// What somebody is writing, kept at every keystroke per person, story, thing and tab.

import { me } from "../state";
import { all, put } from "./disk";
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

const mine = (story: string, about: string, of: string) =>
  [me.peek()?.id ?? "", story, about, of].join(" ");

/** Fulfilled when it is on disk. */
export async function keep<State>(story: string, about: string, state: State): Promise<void> {
  const here = await tab;
  const kept = { person: me.peek()?.id ?? "", story, about, tab: here, state, at: Date.now() };
  await put("kept", mine(story, about, here), kept, "relaxed");
  await settle(story);
}

/** What was written is on its way, or not wanted. */
export async function forget(story: string, about: string): Promise<void> {
  await put("kept", mine(story, about, await tab), undefined, "relaxed");
  await settle(story);
}

/** What this tab kept, else what a tab that is gone left behind: then it is this tab's. */
export async function recall<State>(
  story: string,
  about: string,
): Promise<Kept<State> | undefined> {
  const person = me.peek()?.id ?? "";
  const here = await tab;
  const own = mine(story, about, here);
  // One after the other: two tabs that open at once must not take the same.
  return navigator.locks.request("liveblog-recall", async () => {
    const [kept, lives] = await Promise.all([all("kept"), living()]);
    const found = kept.find(([key]) => key === own);
    if (found) return found[1] as Kept<State>;
    const left = kept
      .filter(([, one]) => one.person === person && one.story === story && one.about === about)
      .filter(([, one]) => !lives(one.tab))
      .sort(([, a], [, b]) => b.at - a.at)[0];
    if (!left) return undefined;
    const [key, one] = left;
    await put("kept", own, { ...one, tab: here });
    // Only now that it is here: dying in between leaves it twice rather than nowhere.
    await put("kept", key, undefined);
    return one as Kept<State>;
  });
}
