// What the whole desk knows of itself: who sits here, and what they may do.

import { computed, signal } from "@preact/signals";
import { ask } from "./api";
import type { Colleague, Me, Permission } from "./types";

const KEPT = "liveblog-me";

/** Who signed in here; without a network, who did last. */
export const me = signal<Me | undefined>(kept());
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

/** Ask who signed in. Throws Problem. */
export async function meet(): Promise<void> {
  me.value = await ask<Me>("/me");
  localStorage.setItem(KEPT, JSON.stringify(me.value));
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
