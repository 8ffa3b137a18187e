import type { Messages } from "..";
import type { outbox as english } from "../en/outbox";

export const outbox: Pick<Messages, keyof typeof english> = {
  "outbox.title": "outbox",
};
