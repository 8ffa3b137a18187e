// Follows a story: Server-Sent Events first, then WebSocket, then long polling.

import { Following, type Listener } from "./following";
import { type Addresses, events, poll, socket } from "./transports";

export type { Connection, Listener } from "./following";
export type { Addresses } from "./transports";

export class Follow extends Following {
  constructor(addresses: Addresses, cursor: string, listener: Listener) {
    super(addresses, cursor, listener, [events, socket, poll]);
  }
}
