// What the whole desk knows of itself: who sits here, and what they may do.

import { computed, signal } from "@preact/signals";
import { ask, signedOut } from "./api";
import { forgetAll, remember, remembers } from "./live/memory";
import type { Colleague, Me, Permission } from "./types";

const KEPT = "liveblog-me";

/** Who signed in here; without a network, who did last. */
export const me = signal<Me | undefined>(undefined);
export const online = signal(navigator.onLine);
export const may = (needs: Permission): boolean => me.value?.permissions.includes(needs) ?? false;
export const myName = computed(() => me.value?.full_name || me.value?.name || "");

addEventListener("online", () => {
  online.value = true;
});
addEventListener("offline", () => {
  online.value = false;
});

function kept(): Me | undefined {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "") as Me;
  } catch {
    return undefined;
  }
}

const others = new BroadcastChannel("liveblog-me");
others.onmessage = () => {
  meet().catch(() => {});
};

/** Ask who signed in. Throws Problem.
 *
 * If it is somebody else than before, the page begins anew: nothing of theirs is left in it. */
export async function meet(): Promise<void> {
  const found = await ask<Me>("/me");
  if (me.peek() && me.peek()?.id !== found.id) {
    await forgetAll();
    location.reload();
    return;
  }
  if (kept()?.id !== found.id) await forgetAll();
  localStorage.setItem(KEPT, JSON.stringify(found));
  await remember("/api/v1/me", found);
  me.value = found;
}

/** At the beginning: who signed in, or where that cannot be known now, who was here last. */
export async function arrive(): Promise<void> {
  try {
    await meet();
    // Those of the other tabs that were signed out go on.
    others.postMessage(me.peek()?.id);
  } catch {
    // Who signed out is forgotten.
    if (await remembers()) me.value = kept();
    else signedOut.value = true;
  }
}

let asked: Promise<Colleague[]> | undefined;

/** All who work here, asked once. */
export function colleagues(): Promise<Colleague[]> {
  asked ??= ask<{ colleagues: Colleague[] }>("/colleagues").then((answer) => answer.colleagues);
  asked.catch(() => {
    asked = undefined;
  });
  return asked;
}
