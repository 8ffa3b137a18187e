// A story as the elements of a page know it: loaded once, followed over one connection.

import { type Connection, Following, type Listener } from "../shared/following";
import { events, poll } from "../shared/transports";
import { wake } from "../shared/wake";
import type { Change, Head, State, Update } from "../shared/wire";

export interface Viewer {
  /** How many updates it shows. */
  readonly limit: number;
  /** Something is known now, or has changed: that update, or else anything. */
  changed(coverage: Coverage, update?: Update): void;
  failed(why: unknown): void;
}

const followed = new Map<string, Coverage>();

wake(
  () => {
    for (const coverage of followed.values()) coverage.stop();
  },
  (anew) => {
    for (const coverage of followed.values()) coverage.again(anew);
  },
);

export class Coverage implements Listener {
  readonly address: string;
  readonly updates = new Map<string, Update>();
  head: Head | undefined;
  isLive = true;
  #viewers = new Set<Viewer>();
  #follow: Following;
  #reach = 0;
  #loads = 0;

  /** The story of that address is followed for as long as anybody looks at it. */
  static join(address: string, viewer: Viewer): Coverage {
    const coverage = followed.get(address) ?? new Coverage(address);
    followed.set(address, coverage);
    coverage.#join(viewer);
    return coverage;
  }

  private constructor(address: string) {
    this.address = address;
    this.#follow = new Following(
      {
        events: `${address}/events`,
        socket: "", // two ways are enough here: each byte is sent to all partners' readers
        changes: `${address}/changes`,
      },
      undefined,
      this,
      [events, poll],
    );
  }

  #join(viewer: Viewer): void {
    this.#viewers.add(viewer);
    if (this.head) viewer.changed(this);
    if (viewer.limit <= this.#reach) return;
    this.#reach = viewer.limit;
    this.#follow.reset();
  }

  leave(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size) return;
    this.stop();
    followed.delete(this.address);
  }

  stop(): void {
    this.#follow.stop();
  }

  again(anew: boolean): void {
    if (this.head?.status !== "closed" && (anew || this.#follow.stopped)) this.#follow.start();
  }

  change({ update, story }: Change): void {
    if (!update) this.#lead(story as Head);
    else if (update.revision > (this.updates.get(update.id)?.revision ?? 0)) {
      this.updates.set(update.id, update);
    }
    this.#tell(update);
  }

  connection(connection: Connection): void {
    this.isLive = connection === "live";
    if (this.head) this.#tell();
  }

  async reset(): Promise<string> {
    try {
      return await this.#load();
    } catch (why) {
      for (const viewer of this.#viewers) viewer.failed(why);
      throw why;
    }
  }

  async #load(): Promise<string> {
    const load = ++this.#loads;
    const state = await this.#get("");
    const { updates } = state;
    for (let { more } = state; more && updates.length < this.#reach; ) {
      const older = await this.#get(`?before=${updates.at(-1)?.id}`);
      updates.push(...older.updates);
      more = older.more;
    }
    // One that was begun later knows more, and nobody waits for this one any more.
    if (load !== this.#loads) return "";
    this.updates.clear();
    for (const update of updates) this.updates.set(update.id, update);
    this.head = undefined;
    this.#lead(state.story);
    this.#tell();
    return state.cursor;
  }

  async #get(query: string): Promise<State> {
    const answer = await fetch(`${this.address}/state${query}`, { credentials: "omit" });
    // What is not there will not come by asking again.
    if (answer.status === 404) this.stop();
    if (!answer.ok) throw new Error(`${this.address}: ${answer.status}`);
    return answer.json();
  }

  #lead(head: Head): void {
    if (head.revision > (this.head?.revision ?? 0)) this.head = head;
    if (this.head?.status === "closed") this.stop();
  }

  #tell(update?: Update): void {
    for (const viewer of this.#viewers) viewer.changed(this, update);
  }
}
