// The ways a story's changes come: each opens one line and says what becomes of it.

import type { Change, Changes } from "./wire";

export interface Addresses {
  events: string;
  socket: string;
  changes: string;
}

export interface Line {
  opened(): void;
  changed(change: Change): void;
  reset(): void;
  /** This way is closed for good: somebody has to open another. */
  lost(): void;
  /** The browser tries again by itself. */
  trying(): void;
}

const POLL_SECONDS = 25;

export type Transport = (addresses: Addresses, cursor: string, line: Line) => () => void;

const after = (address: string, cursor: string) => `${address}?after=${encodeURIComponent(cursor)}`;

export const events: Transport = (addresses, cursor, line) => {
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

export const socket: Transport = (addresses, cursor, line) => {
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

export const poll: Transport = (addresses, cursor, line) => {
  const stop = new AbortController();
  const ask = async (wait: number): Promise<void> => {
    const answer = await fetch(`${after(addresses.changes, cursor)}&wait=${wait}`, {
      credentials: "omit",
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
