// This tab among the person's others. It holds a lock for as long as it lives, so that others know
// whether what it left behind is anybody's.

const KEPT = "liveblog-tab";
const lock = (tab: string) => `liveblog-tab-${tab}`;
const COPIED_MS = 500;

/** The name of this tab: the same after a reload, another in a tab that was copied from it. */
export const tab: Promise<string> = named();

async function named(): Promise<string> {
  const before = sessionStorage.getItem(KEPT);
  // The page before a reload may be a moment from being gone; a tab that was copied never is.
  if (before && (await hold(before, AbortSignal.timeout(COPIED_MS)))) return before;
  const name = crypto.randomUUID();
  sessionStorage.setItem(KEPT, name);
  await hold(name);
  return name;
}

/** Take the lock until the tab dies; whether that went well. */
function hold(name: string, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const forLife = () => {
      resolve(true);
      return new Promise<never>(() => {});
    };
    navigator.locks
      .request(lock(name), signal ? { signal } : {}, forLife)
      .catch(() => resolve(false));
  });
}

/** Those of the tabs that live. */
export async function living(): Promise<(tab: string) => boolean> {
  const held = new Set((await navigator.locks.query()).held?.map(({ name }) => name));
  return (name) => held.has(lock(name));
}
