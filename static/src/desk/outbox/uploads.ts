// Uploads pictures: two at a time over all tabs, again and again until they have arrived.

import { signedOut } from "../api";
import { Backoff } from "../backoff";
import { me, meet } from "../state";
import { all } from "./disk";
import { type Picture, pictures, removePicture, set, show, stored, wakers } from "./pictures";
import { type Refused, upload } from "./upload";

const LANES = 2;
const UNUSED_MS = 86_400_000;
const backoff = new Backoff();

/** Forget what was left out of everything that is written or on its way, for more than a day. */
async function tidy(): Promise<void> {
  const written = JSON.stringify([await all("kept"), await all("jobs")]);
  for (const [id, { created }] of await stored()) {
    if (created < Date.now() - UNUSED_MS && !written.includes(`local:${id}`))
      await removePicture(id);
  }
}

/** One of two uploads at a time, over all tabs. */
async function work(lane: number): Promise<void> {
  for (const [id, picture] of await stored()) {
    // What a tab that died was uploading: nobody else holds this lane.
    if (picture.state === "uploading" && picture.lane === lane) await set(id, waits);
  }
  while (!signedOut.peek() && Date.now() >= backoff.until) {
    const picture = await claim(lane);
    if (!picture) return;
    await attempt(picture);
  }
}

const waits = (now: Picture | undefined): Picture | undefined =>
  now && { ...now, state: "waiting" };

async function claim(lane: number): Promise<Picture | undefined> {
  const mine = [...(await stored()).values()]
    .filter(({ state, person: whose }) => state === "waiting" && whose === me.peek()?.id)
    .sort((a, b) => a.created - b.created);
  for (const { id } of mine) {
    let taken = false;
    const picture = await set(id, (now) => {
      taken = now?.state === "waiting";
      return now && taken ? { ...now, state: "uploading", lane } : now;
    });
    if (taken) return picture;
  }
  return undefined;
}

async function attempt(picture: Picture): Promise<void> {
  const { id } = picture;
  try {
    const uploaded = await upload(picture, (progress) => show(id, picture, progress));
    backoff.worked();
    await set(id, (now) => now && { ...now, state: "done", uploaded });
  } catch (error) {
    const { status, words, retryAfter } = error as Refused;
    const passes = status === 0 || status === 401 || status === 429 || status >= 500;
    if (status === 401) meet().catch(() => {});
    else if (passes) backoff.failed(retryAfter);
    await set(
      id,
      (now) => now && (passes ? waits(now) : { ...now, state: "failed", error: words }),
    );
  }
}

const running = new Set<number>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Upload what waits; `hurry`: there is reason to hope. */
export function wake(hurry = false): void {
  if (hurry) backoff.hurry();
  clearTimeout(timer);
  if (
    !Object.values(pictures.peek()).some(
      ({ state }) => state === "waiting" || state === "uploading",
    )
  )
    return;
  for (let lane = 0; lane < LANES; lane++) void run(lane);
}

async function run(lane: number): Promise<void> {
  if (running.has(lane)) return;
  running.add(lane);
  await navigator.locks.request(`liveblog-pictures-${lane}`, () => work(lane));
  running.delete(lane);
  const wait = backoff.until - Date.now();
  if (wait > 0 && !signedOut.peek()) {
    clearTimeout(timer);
    timer = setTimeout(wake, wait);
  }
}

/** Begin to upload. */
export function start(): void {
  wakers.add(() => wake());
  wake();
  const idle = window.requestIdleCallback ?? setTimeout;
  idle(() => void tidy());
}
