// Follows a story: Server-Sent Events first, then WebSocket, then long polling, always from the
// last cursor, so that a change is neither lost nor needed twice.

import type { Change, Changes } from "./wire";

export type Connection = "live" | "reconnecting" | "offline" | "ended";

export interface Addresses {
  events: string;
  socket: string;
  changes: string;
}

export interface Listener {
  change(change: Change): void;
  /** What is held can no longer be continued: load the snapshot, give its cursor. */
  reset(): Promise<string>;
  connection(connection: Connection): void;
}

interface Line {
  opened(): void;
  changed(change: Change): void;
  reset(): void;
  /** This way is closed for good: somebody has to open another. */
  lost(): void;
  /** The browser tries again by itself. */
  trying(): void;
}

type Transport = (addresses: Addresses, cursor: string, line: Line) => () => void;

const FAILURES_BEFORE_ANOTHER_TRANSPORT = 3;
const LONGEST_WAIT_MS = 30_000;
const OPENING_MS = 10_000;
const POLL_SECONDS = 25;

const after = (address: string, cursor: string) => `${address}?after=${encodeURIComponent(cursor)}`;

const events: Transport = (addresses, cursor, line) => {
  const source = new EventSource(after(addresses.events, cursor));
  source.onopen = () => line.opened();
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) line.lost();
    else line.trying();
  };
  source.addEventListener("change", (event) => line.changed(JSON.parse(event.data)));
  source.addEventListener("reset", () => line.reset());
  return () => source.close();
};

const socket: Transport = (addresses, cursor, line) => {
  const address = new URL(after(addresses.socket, cursor), location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const connection = new WebSocket(address);
  connection.onopen = () => line.opened();
  connection.onclose = () => line.lost();
  connection.onmessage = (event) => {
    const frame = JSON.parse(event.data);
    if (frame.type === "change") line.changed(frame);
    else if (frame.type === "reset") line.reset();
  };
  return () => {
    connection.onclose = null;
    connection.close();
  };
};

const poll: Transport = (addresses, cursor, line) => {
  const stop = new AbortController();
  const ask = async (wait: number): Promise<void> => {
    const answer = await fetch(`${after(addresses.changes, cursor)}&wait=${wait}`, {
      signal: stop.signal,
    });
    if (!answer.ok) throw new Error(answer.statusText);
    const found: Changes = await answer.json();
    line.opened();
    if (found.reset) return line.reset();
    found.changes.forEach(line.changed);
    cursor = found.cursor;
    return stop.signal.aborted ? undefined : ask(POLL_SECONDS);
  };
  ask(0).catch(() => stop.signal.aborted || line.lost());
  return () => stop.abort();
};

const TRANSPORTS: Transport[] = [events, socket, poll];

export class Follow {
  #addresses: Addresses;
  #cursor: string | undefined;
  #listener: Listener;
  #hangUp: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #transport = 0;
  // A transport that has worked here is not given up: what fails is the network or the server.
  #proven = false;
  #failures = 0;
  #waits = 0;
  #rounds = 0;

  constructor(addresses: Addresses, cursor: string, listener: Listener) {
    this.#addresses = addresses;
    this.#cursor = cursor;
    this.#listener = listener;
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
      reset: heard(() => {
        this.#cursor = undefined;
        this.start();
      }),
      lost: heard(() => this.#lost()),
      trying: heard(() => this.#trying()),
    };
    try {
      hangUp = (TRANSPORTS[this.#transport] ?? events)(this.#addresses, this.#cursor, line);
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
      this.#transport = (this.#transport + 1) % TRANSPORTS.length;
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
