// Pictures on their way: kept on this device until they are uploaded and what shows them is sent.

import { computed, effect, signal } from "@preact/signals";
import { signedOut } from "../api";
import { Backoff } from "../backoff";
import { me, meet } from "../state";
import type { Uploaded } from "../types";
import { all, change } from "./disk";
import { locals } from "./job";
import { jobs } from "./jobs";
import { type Refused, upload } from "./upload";

export interface LocalPicture {
  /** In an update's text a picture that is not uploaded yet has the address "local:ID". */
  id: string;
  name: string;
  /** To show it at once. */
  url: string;
  state: "waiting" | "uploading" | "failed" | "done";
  /** 0 to 1. */
  progress: number;
  error?: string;
  uploaded?: Uploaded;
}

/** As it is kept on disk. */
export interface Picture {
  id: string;
  key: string;
  person: string;
  name: string;
  blob: Blob;
  created: number;
  state: LocalPicture["state"];
  /** Which of the two uploads has it. */
  lane?: number;
  error?: string;
  uploaded?: Uploaded;
}

export const pictures = signal<Record<string, LocalPicture>>({});

const LANES = 2;
const UNUSED_MS = 86_400_000;
const others = new BroadcastChannel("liveblog-pictures");
const backoff = new Backoff();
const person = () => me.peek()?.id ?? "";

/** The picture as it is sent: not larger than readers need it. */
export async function shrink(file: Blob): Promise<Blob> {
  try {
    return await (await import("./shrink")).shrink(file);
  } catch {
    // What this browser cannot read, the server may.
    return file;
  }
}

/** Keep a picture (shrunk already) and begin to upload it. */
export async function addPicture(blob: Blob, name: string): Promise<LocalPicture> {
  const id = crypto.randomUUID();
  const key = crypto.randomUUID();
  const picture: Picture = {
    ...{ id, key, person: person(), name, blob },
    created: Date.now(),
    state: "waiting",
  };
  await set(id, () => picture);
  wake();
  return pictures.peek()[id] as LocalPicture;
}

/** Upload one that was refused again. */
export async function retryPicture(id: string): Promise<void> {
  await set(id, (now) => {
    if (now?.state !== "failed") return now;
    const { error: _, ...picture } = now;
    return { ...picture, state: "waiting" };
  });
  wake();
}

/** Forget one that nothing shows any more. */
export async function removePicture(id: string): Promise<void> {
  await set(id, () => undefined);
}

/** Forget the pictures of a text that is sent or discarded. */
export async function release(text: string | undefined): Promise<void> {
  for (const id of locals(text)) if (!used(id)) await removePicture(id);
}

const used = (id: string): boolean =>
  jobs.peek().some(({ state, content }) => state !== "sent" && locals(content.text).includes(id));

async function set(
  id: string,
  how: (now: Picture | undefined) => Picture | undefined,
): Promise<Picture | undefined> {
  const picture = await change("pictures", id, how);
  show(id, picture);
  others.postMessage(id);
  return picture;
}

function show(id: string, picture: Picture | undefined, progress?: number): void {
  const { [id]: before, ...rest } = pictures.peek();
  if (!picture || picture.person !== person()) {
    if (before) URL.revokeObjectURL(before.url);
    pictures.value = rest;
    return;
  }
  const { name, state, error, uploaded } = picture;
  const shown: LocalPicture = {
    ...{ id, name, state },
    url: before?.url ?? URL.createObjectURL(picture.blob),
    progress: progress ?? (state === "done" ? 1 : 0),
    ...(error !== undefined && { error }),
    ...(uploaded && { uploaded }),
  };
  pictures.value = { ...rest, [id]: shown };
}

/** All that are kept, as they are on disk: another tab may know more than this one. */
export const stored = async (): Promise<Map<string, Picture>> => new Map(await all("pictures"));

/** Changes when one of them is uploaded or refused, unlike `pictures`, which tells all progress. */
export const uploads = computed(() =>
  Object.values(pictures.value)
    .map(({ id, state }) => id + state)
    .join(),
);

async function load(): Promise<void> {
  const kept = await stored();
  for (const id of Object.keys(pictures.peek())) if (!kept.has(id)) show(id, undefined);
  for (const [id, picture] of kept) show(id, picture, pictures.peek()[id]?.progress);
}

/** Forget what was left out of everything that is written or on its way, for more than a day. */
async function tidy(): Promise<void> {
  const written = JSON.stringify([await all("kept"), await all("jobs")]);
  for (const [id, { created }] of await all("pictures")) {
    if (created < Date.now() - UNUSED_MS && !written.includes(`local:${id}`))
      await removePicture(id);
  }
}

/** One of two uploads at a time, over all tabs. */
async function work(lane: number): Promise<void> {
  for (const [id, picture] of await all("pictures")) {
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
  const mine = (await all("pictures"))
    .map(([, picture]) => picture)
    .filter(({ state, person: whose }) => state === "waiting" && whose === person())
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
  others.onmessage = () => load().then(() => wake());
  effect(() => {
    me.value?.id;
    pictures.value = {};
    load().then(() => wake());
  });
  effect(() => {
    if (!signedOut.value) wake(true);
  });
  const idle = window.requestIdleCallback ?? setTimeout;
  idle(() => void tidy());
}
