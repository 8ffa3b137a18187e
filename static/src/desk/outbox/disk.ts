// What is kept on this device: IndexedDB, and where that is full or forbidden, memory; which is said.

import { signal } from "@preact/signals";
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Job } from "./job";
import type { Kept } from "./kept";
import type { Picture } from "./pictures";

interface Rooms extends DBSchema {
  jobs: { key: string; value: Job };
  pictures: { key: string; value: Picture };
  kept: { key: string; value: Kept<unknown> & { person: string } };
}
type Room = "jobs" | "pictures" | "kept";
type In<R extends Room> = Rooms[R]["value"];

/** Set when something could not be kept on disk: it is lost when this tab dies. */
export const onlyInMemory = signal(false);

// What the disk did not take, until it does; undefined stands for what it would not forget.
const memory: { [R in Room]: Map<string, In<R> | undefined> } = {
  jobs: new Map(),
  pictures: new Map(),
  kept: new Map(),
};

let opened: Promise<IDBPDatabase<Rooms>> | undefined;

function disk(): Promise<IDBPDatabase<Rooms>> {
  opened ??= openDB<Rooms>("liveblog-desk", 1, {
    upgrade(made) {
      for (const room of ["jobs", "pictures", "kept"] as const) made.createObjectStore(room);
    },
    // A newer desk in another tab waits for us; it is opened again when it is needed.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
      opened = undefined;
    },
    terminated() {
      opened = undefined;
    },
  });
  opened.catch(() => {
    opened = undefined;
  });
  return opened;
}

/** Everything in a room that fits. */
export async function all<R extends Room>(room: R): Promise<[string, In<R>][]> {
  const found = new Map<string, In<R> | undefined>();
  try {
    const reading = (await disk()).transaction(room);
    const [names, values] = await Promise.all([
      reading.store.getAllKeys(),
      reading.store.getAll(),
      reading.done,
    ]);
    names.forEach((name, at) => {
      found.set(name, values[at]);
    });
  } catch {
    onlyInMemory.value = true;
  }
  for (const [name, value] of memory[room]) found.set(name, value);
  return [...found].filter((entry): entry is [string, In<R>] => entry[1] !== undefined);
}

/** Keep one thing, or (undefined) forget it, whatever was there. The disk is told all of it at once:
 * a tab that dies in the next moment has kept it. */
export async function put<R extends Room>(
  room: R,
  name: string,
  value: In<R> | undefined,
  durability: IDBTransactionDurability = "strict",
): Promise<void> {
  try {
    const writing = (await disk()).transaction(room, "readwrite", { durability });
    const told = value === undefined ? writing.store.delete(name) : writing.store.put(value, name);
    writing.commit();
    await Promise.all([told, writing.done]);
    memory[room].delete(name);
  } catch {
    onlyInMemory.value = true;
    memory[room].set(name, value);
  }
}

/** Change one thing; nobody comes between reading and writing, in this tab or another.
 *
 * `how` gives what it is from now on: the same to leave it, undefined to forget it. It may be
 * called twice. Gives what it is then. */
export async function change<R extends Room>(
  room: R,
  name: string,
  how: (now: In<R> | undefined) => In<R> | undefined,
  durability: IDBTransactionDurability = "strict",
): Promise<In<R> | undefined> {
  const held = memory[room];
  let now = held.get(name);
  try {
    const writing = (await disk()).transaction(room, "readwrite", { durability });
    if (!held.has(name)) now = await writing.store.get(name);
    const next = how(now);
    if (next === undefined) await writing.store.delete(name);
    else if (next !== now || held.has(name)) await writing.store.put(next, name);
    await writing.done;
    held.delete(name);
    return next;
  } catch {
    onlyInMemory.value = true;
    const next = how(now);
    held.set(name, next);
    return next;
  }
}

/** Whether anything of these is in memory alone. */
export const atRisk = (): boolean =>
  [...memory.jobs.values(), ...memory.pictures.values(), ...memory.kept.values()].some(Boolean);
