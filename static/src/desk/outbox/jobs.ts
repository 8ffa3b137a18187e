// The outbox: what is on its way, the same in all tabs of a person, on disk before anything else.

import { computed, effect, signal } from "@preact/signals";
import { me } from "../state";
import { all, change, put } from "./disk";
import type { Job, NewJob } from "./job";
import { living, tab } from "./tab";

/** Everything of this person that is not sent yet, and what was sent a moment ago; oldest first. */
export const jobs = signal<Job[]>([]);
/** How many are not sent. */
export const unsent = computed(() => jobs.value.filter(({ state }) => state !== "sent").length);
/** What was taken back (or failed) and is to be written on: the composer takes it and sets this to
 * undefined. */
export const returned = signal<Job | undefined>(undefined);

/** An edit of what somebody else changed meanwhile (`error.fields`: the current revision and text).
 * Who shows both texts sets this to undefined, and ends it with `retry` or `discard`. */
export const conflicted = signal<Job | undefined>(undefined);

const SENT_SHOWN_MS = 5000;
const others = new BroadcastChannel("liveblog-outbox");
const person = () => me.peek()?.id ?? "";
const older = (a: Job, b: Job) => a.created - b.created || (a.id < b.id ? -1 : 1);

/** Called whenever something may be there to send. */
export const wakers = new Set<() => void>();
const wake = () => {
  for (const waker of wakers) waker();
};

/** Put a write into the outbox; kept on disk when the promise is fulfilled. */
export async function add(given: NewJob, holdSeconds = 0): Promise<Job> {
  const now = Date.now();
  const job: Job = {
    ...given,
    id: crypto.randomUUID(),
    key: crypto.randomUUID(),
    person: person(),
    // Later than all others, though the clock be set back.
    created: Math.max(now, (jobs.peek().at(-1)?.created ?? 0) + 1),
    after: now + holdSeconds * 1000,
    state: holdSeconds ? "held" : "queued",
    attempts: 0,
  };
  show(job.id, job);
  await put("jobs", job.id, job);
  others.postMessage(job.id);
  wake();
  return job;
}

/** Whether it can be taken back: not once the server may have it. */
export const canUndo = ({ state, uncertain }: Job): boolean =>
  state === "failed" || ((state === "held" || state === "queued") && !uncertain);

/** Take back what is not sent yet; gives it, so that it can be written on.
 *
 * It stays on disk until what is written on is kept there, or something is forgotten in its story. */
export async function undo(id: string): Promise<Job | undefined> {
  const here = await tab;
  let taken: Job | undefined;
  await set(id, (now) => {
    taken = now && canUndo(now) && !now.taken ? { ...now, taken: here } : undefined;
    return taken ?? now;
  });
  wake();
  return taken;
}

/** Let the composer have it back; where somebody else changed the update, show both texts. */
export async function edit(id: string): Promise<void> {
  const job = jobs.peek().find((one) => one.id === id);
  if (job?.error?.status === 412) {
    conflicted.value = job;
    return;
  }
  returned.value = (await undo(id)) ?? returned.peek();
}

/** Send one that failed again, now; changed if `content` is given. */
export async function retry(
  id: string,
  content?: Job["content"],
  revision?: number,
): Promise<void> {
  await set(id, (now) => {
    if (!now || now.state === "sending" || now.state === "sent") return now;
    const { error: _, taken: __, tried: ___, uncertain, ...job } = now;
    const changed = content !== undefined || revision !== undefined;
    return {
      ...job,
      ...(content && { content }),
      ...(revision !== undefined && { revision }),
      // The same key is good for the same call alone.
      ...(changed ? { key: crypto.randomUUID() } : { ...(uncertain && { uncertain }) }),
      after: 0,
      state: "queued",
    };
  });
  wake();
}

/** Forget one that failed, or was not sent yet. */
export async function discard(id: string): Promise<void> {
  await set(id, (now) =>
    now && (now.state === "sending" || now.state === "sent") ? now : undefined,
  );
  wake();
}

/** What was taken back in this tab is kept elsewhere now. */
export async function settle(story: string): Promise<void> {
  const here = await tab;
  for (const job of takenHere) {
    // What the composer did not take yet is kept nowhere else.
    if (job.story !== story || returned.peek()?.id === job.id) continue;
    takenHere.delete(job);
    await set(job.id, (now) => (now?.taken === here ? undefined : now));
  }
}

const takenHere = new Set<Job>();

/** Change one of them, on disk and in all tabs. Gives what it is then. */
export async function set(
  id: string,
  how: (now: Job | undefined) => Job | undefined,
): Promise<Job | undefined> {
  const job = await change("jobs", id, how);
  if (job?.taken === (await tab)) takenHere.add(job);
  show(id, job?.taken ? undefined : job);
  if (job?.state === "sent") setTimeout(() => set(id, () => undefined), SENT_SHOWN_MS);
  others.postMessage(id);
  return job;
}

let shown = 0;

function show(id: string, job: Job | undefined): void {
  shown += 1;
  const rest = jobs.peek().filter((one) => one.id !== id);
  jobs.value = job && job.person === person() ? [...rest, job].sort(older) : rest;
}

/** Read all of them again. */
export async function load(): Promise<Job[]> {
  const before = shown;
  const [kept, lives] = await Promise.all([all("jobs"), living()]);
  // Something changed while we read: what we read may be older.
  if (before !== shown) return load();
  const mine = kept.map(([, job]) => job).filter((job) => job.person === person());
  const found = mine
    .filter(({ taken }) => !taken || !lives(taken))
    // Taken back in a tab that died before it kept it: it is not sent, and not lost.
    .map((job): Job => (job.taken ? { ...job, state: "failed" } : job))
    .sort(older);
  jobs.value = found;
  return found;
}

/** Forget what was sent before and not pruned, as the tab died. */
async function prune(): Promise<void> {
  for (const { id, state, tried = 0 } of jobs.peek()) {
    if (state === "sent" && tried < Date.now() - SENT_SHOWN_MS) await set(id, () => undefined);
  }
}

const heard = () => {
  load().then(wake);
};

/** Begin: whenever somebody else sits here, what is theirs is shown, and nothing else. */
export function start(): void {
  others.onmessage = heard;
  effect(() => {
    me.value?.id;
    jobs.value = [];
    load().then(prune).then(wake);
  });
}
