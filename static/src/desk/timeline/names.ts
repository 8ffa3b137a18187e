// Colleagues by what they sign in with, as they are called.

import { computed, signal } from "@preact/signals";
import { colleagues, me } from "../state";
import type { Colleague } from "../types";

const known = signal<Colleague[]>([]);
const called = computed(
  () => new Map([...known.value, ...(me.value ? [me.value] : [])].map((one) => [one.name, one])),
);
let asked = false;

/** Somebody's full name, when it is known. */
export async function nameOf(name: string): Promise<string> {
  const found = await colleagues().catch((): Colleague[] => []);
  return found.find((one) => one.name === name)?.full_name || name;
}

/** Somebody's full name, once it is known; a token's or a command's name as it is. */
export function fullName(name: string): string {
  if (!asked && name) {
    asked = true;
    colleagues().then(
      (found) => {
        known.value = found;
      },
      () => {
        asked = false;
      },
    );
  }
  return called.value.get(name)?.full_name || name;
}
