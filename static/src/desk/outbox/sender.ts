// Sends what is in the outbox: each story's in order and one at a time, in one tab of all.

import { effect, untracked } from "@preact/signals";
import { Problem, signedOut } from "../api";
import { Backoff } from "../backoff";
import { connected } from "../live/desk";
import { t } from "../messages";
import { me, meet } from "../state";
import { chain, type Job, locals, resolved, send } from "./job";
import { jobs, load, set, wakers } from "./jobs";
import { type Picture, release, stored, uploads } from "./pictures";
import * as uploader from "./uploads";

type Stored = Map<string, Picture>;

const TIMEOUT_MS = 30_000;
// The server forgets keys after a day; what it may have is not sent again much later by itself.
const KEY_GOOD_MS = 20 * 3_600_000;
const LONGEST_RETRY_AFTER_S = 3600;

/** One story's jobs. */
class Lane {
  readonly #story: string;
  readonly #backoff = new Backoff();
  #running = false;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(story: string) {
    this.#story = story;
  }

  wake(hurry = false): void {
    if (hurry) this.#backoff.hurry();
    this.#again = true;
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    clearTimeout(this.#timer);
    try {
      while (this.#again) {
        this.#again = false;
        await navigator.locks.request(`liveblog-outbox ${this.#story}`, () => this.#work());
      }
    } finally {
      this.#running = false;
    }
  }

  async #work(): Promise<void> {
    await this.#reclaim();
    while (!signedOut.peek()) {
      const kept = await stored();
      const { job, at } = next(await this.#jobs(), kept);
      const due = Math.max(at, this.#backoff.until);
      if (!job || due > Date.now()) return this.#later(due);
      await this.#attempt(job, kept);
    }
  }

  /** What another tab was sending when it died: nobody else holds the lock. */
  async #reclaim(): Promise<void> {
    for (const job of await this.#jobs()) {
      if (job.state !== "sending") continue;
      await set(job.id, (now) => now && { ...now, state: "queued", uncertain: true });
    }
  }

  #later(at: number): void {
    clearTimeout(this.#timer);
    if (at < Number.POSITIVE_INFINITY)
      this.#timer = setTimeout(() => this.wake(), Math.max(0, at - Date.now()));
  }

  async #jobs(): Promise<Job[]> {
    return (await load()).filter(({ story }) => story === this.#story);
  }

  async #attempt({ id, content: { text: before } }: Job, kept: Stored): Promise<void> {
    const job = await set(id, (now) => begun(now, kept));
    if (job?.state !== "sending") return;
    try {
      const answer = await send(job, AbortSignal.timeout(TIMEOUT_MS));
      this.#backoff.worked();
      await set(id, (now) => now && sent(now, answer));
      await release(before);
      persist();
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem(0, {});
      if (problem.passes) this.#backoff.failed();
      await set(id, (now) => now && failed(now, problem));
      // Somebody else may have signed in here meanwhile.
      if (problem.status === 401) meet().catch(() => {});
    }
  }
}

/** The first that is not behind another, and when it is due. */
function next(found: Job[], kept: Stored): { job?: Job; at: number } {
  const blocked = new Set<string>();
  let first: { job?: Job; at: number } = { at: Number.POSITIVE_INFINITY };
  for (const job of found) {
    const { state } = job;
    if (state === "sent" || job.taken || blocked.has(chain(job))) continue;
    if (state === "failed") {
      // What failed is in the way of nothing but what else is done to the same update.
      if (job.update) blocked.add(job.update);
      continue;
    }
    blocked.add(chain(job));
    const at = ready(job, kept) ? job.after : Number.POSITIVE_INFINITY;
    if (at < first.at) first = { job, at };
  }
  return first;
}

/** Whether its pictures are uploaded, or never will be. */
const ready = ({ content }: Job, kept: Stored): boolean =>
  locals(content.text).every((id) => {
    const state = kept.get(id)?.state;
    return state !== "waiting" && state !== "uploading";
  });

/** As it is sent: with the pictures' addresses, on disk before the first attempt. */
function begun(now: Job | undefined, kept: Stored): Job | undefined {
  if (!now || now.taken || (now.state !== "held" && now.state !== "queued")) return now;
  if (now.after > Date.now()) return now;
  if (now.uncertain && (now.tried ?? 0) < Date.now() - KEY_GOOD_MS)
    return wrong({ ...now, uncertain: true }, t("outbox.uncertain"));
  const text = resolved(now.content.text ?? "", (id) => kept.get(id)?.uploaded);
  const [missing] = locals(text);
  if (missing) return wrong(now, why(kept.get(missing)));
  const content = now.content.text === undefined ? now.content : { ...now.content, text };
  return { ...now, content, state: "sending", attempts: now.attempts + 1, tried: Date.now() };
}

const why = (picture: Picture | undefined): string =>
  picture?.error
    ? t("outbox.picture_failed", { name: picture.name, why: picture.error })
    : t("outbox.picture_lost");

const wrong = (job: Job, words: string): Job => ({
  ...job,
  state: "failed",
  error: { status: 0, words, fields: {} },
});

function sent({ error: _, uncertain: __, ...job }: Job, answer: Job["answer"]): Job {
  return { ...job, state: "sent", tried: Date.now(), ...(answer && { answer }) };
}

function failed(job: Job, problem: Problem): Job {
  const { status, message: words, fields } = problem;
  const uncertain = job.uncertain || (status === 0 ? navigator.onLine : status >= 500);
  const wait = Math.min(problem.retryAfter, LONGEST_RETRY_AFTER_S) * 1000;
  return {
    ...job,
    ...(uncertain && { uncertain }),
    error: { status, words, fields },
    state: problem.passes || status === 401 ? "queued" : "failed",
    after: wait ? Date.now() + wait : 0,
  };
}

const lanes = new Map<string, Lane>();

/** Look at every story that has something to send; `hurry`: there is reason to hope. */
export function wake(hurry = false): void {
  for (const story of new Set(jobs.peek().map(({ story }) => story))) {
    if (!lanes.has(story)) lanes.set(story, new Lane(story));
    lanes.get(story)?.wake(hurry);
  }
}

let asked = false;

/** Ask once that the browser does not clear away what is kept here. */
function persist(): void {
  if (!asked) navigator.storage.persist?.().catch(() => {});
  asked = true;
}

/** Try all of it at once: there is reason to hope. */
export function hurry(): void {
  uploader.wake(true);
  wake(true);
}

/** Begin to send; whatever gives reason to hope makes it try at once. */
export function start(): void {
  uploader.start();
  wakers.add(() => wake());
  wake();
  addEventListener("online", hurry);
  addEventListener("pageshow", hurry);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    // The session may have ended or begun anew in another tab.
    if (signedOut.peek()) meet().catch(() => {});
    hurry();
  });
  effect(() => {
    if (connected.value && !signedOut.value && me.value) untracked(hurry);
  });
  effect(() => {
    uploads.value;
    untracked(wake);
  });
}
