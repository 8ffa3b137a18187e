// Pictures on their way: kept on this device until they are uploaded and what shows them is sent.

import { computed, effect, signal } from "@preact/signals";
import { me } from "../state";
import type { Uploaded } from "../types";
import { all, change } from "./disk";
import { locals } from "./job";
import { jobs } from "./jobs";

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

const others = new BroadcastChannel("liveblog-pictures");
/** Called whenever one may wait for its upload. */
export const wakers = new Set<() => void>();
const wake = () => {
  for (const waker of wakers) waker();
};
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

/** Change one, on disk and in all tabs. Gives what it is then. */
export async function set(
  id: string,
  how: (now: Picture | undefined) => Picture | undefined,
): Promise<Picture | undefined> {
  const picture = await change("pictures", id, how);
  show(id, picture);
  others.postMessage(id);
  return picture;
}

/** Show one as it is now; `progress` of its upload, 0 to 1. */
export function show(id: string, picture: Picture | undefined, progress?: number): void {
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

/** Begin: what is kept is shown, to whose it is. */
export function start(): void {
  others.onmessage = () => load().then(wake);
  effect(() => {
    me.value?.id;
    pictures.value = {};
    load().then(wake);
  });
}
