// Follows a story by one of several transports, always from the last cursor, so that a change is
// neither lost nor needed twice.

import type { Addresses, Line, Transport } from "./transports";
import type { Change } from "./wire";

export type Connection = "live" | "reconnecting" | "offline" | "ended";

export interface Listener {
  change(change: Change): void;
  /** What is held can no longer be continued: load the snapshot, give its cursor. */
  reset(): Promise<string>;
  connection(connection: Connection): void;
}

const FAILURES_BEFORE_ANOTHER_TRANSPORT = 3;
const LONGEST_WAIT_MS = 30_000;
const OPENING_MS = 10_000;

export class Following {
  #addresses: Addresses;
  #cursor: string | undefined;
  #listener: Listener;
  #transports: Transport[];
  #hangUp: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #transport = 0;
  // A transport that has worked here is not given up: what fails is the network or the server.
  #proven = false;
  #failures = 0;
  #waits = 0;
  #rounds = 0;

  /** Without a cursor it begins with a reset. */
  constructor(
    addresses: Addresses,
    cursor: string | undefined,
    listener: Listener,
    transports: Transport[],
  ) {
    this.#addresses = addresses;
    this.#cursor = cursor;
    this.#listener = listener;
    this.#transports = transports;
  }

  get stopped(): boolean {
    return this.#hangUp === undefined && this.#timer === undefined;
  }

  /** Open now, or open anew. */
  start(): void {
    this.stop();
    let over = false;
    // What a line says after it was hung up is not heard: its successor starts from the cursor.
    const heard =
      <Said extends unknown[]>(act: (...said: Said) => void) =>
      (...said: Said) => {
        if (!over) act(...said);
      };
    const opening = setTimeout(
      heard(() => {
        // Something in between swallows it: trying the same again would take as long.
        this.#failures = FAILURES_BEFORE_ANOTHER_TRANSPORT;
        this.#lost();
      }),
      OPENING_MS,
    );
    let hangUp = () => {};
    this.#hangUp = () => {
      over = true;
      clearTimeout(opening);
      hangUp();
    };
    if (this.#cursor === undefined) {
      this.#reset(heard);
      return;
    }
    const line: Line = {
      opened: heard(() => {
        clearTimeout(opening);
        this.#opened();
      }),
      changed: heard((change: Change) => {
        this.#cursor = change.cursor;
        this.#listener.connection("live");
        this.#listener.change(change);
      }),
      reset: heard(() => this.reset()),
      lost: heard(() => this.#lost()),
      trying: heard(() => this.#trying()),
    };
    try {
      hangUp = this.#transports[this.#transport]?.(this.#addresses, this.#cursor, line) ?? hangUp;
    } catch {
      // A WebSocket throws at once where the page's policy does not allow it.
      line.lost();
    }
  }

  /** Hang up; the cursor is kept. */
  stop(): void {
    this.#hangUp?.();
    this.#hangUp = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Begin with the snapshot, whatever was held. */
  reset(): void {
    this.#cursor = undefined;
    this.start();
  }

  #reset(heard: <Said extends unknown[]>(act: (...said: Said) => void) => (...said: Said) => void) {
    this.#listener.reset().then(
      heard((cursor: string) => {
        this.#cursor = cursor;
        this.start();
      }),
      heard(() => this.#lost()),
    );
  }

  #opened(): void {
    this.#proven = true;
    this.#failures = 0;
    this.#waits = 0;
    this.#rounds = 0;
    this.#listener.connection("live");
  }

  #trying(): void {
    this.#say();
    this.#failures += 1;
    if (this.#unfit()) this.#lost();
  }

  #lost(): void {
    this.stop();
    this.#say();
    this.#failures += 1;
    if (this.#unfit()) {
      this.#failures = 0;
      this.#transport = (this.#transport + 1) % this.#transports.length;
      // Another transport is tried soon; only when all have failed do the waits grow.
      if (this.#transport === 0) this.#rounds += 1;
      this.#waits = this.#rounds * 2;
    }
    // Half of the wait is chance, so that readers do not all come back at once.
    const most = Math.min(1000 * 2 ** this.#waits, LONGEST_WAIT_MS);
    this.#waits += 1;
    this.#timer = setTimeout(() => this.start(), most * (0.5 + Math.random() / 2));
  }

  #unfit(): boolean {
    return !this.#proven && this.#failures >= FAILURES_BEFORE_ANOTHER_TRANSPORT;
  }

  #say(): void {
    this.#listener.connection(navigator.onLine ? "reconnecting" : "offline");
  }
}
