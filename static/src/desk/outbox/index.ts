// What is on its way to the server: what the other rooms count on.

import { atRisk } from "./disk";
import { type Job, locals } from "./job";
import * as kept from "./jobs";
import * as pictures from "./pictures";

export { onlyInMemory } from "./disk";
export type { Job, JobState, NewJob } from "./job";
export { add, canUndo, conflicted, edit, jobs, returned, undo, unsent } from "./jobs";

let sender: Promise<typeof import("./sender") | undefined> | undefined;

/** What sends is fetched when the page is there; a network that fails is asked again. */
function sending(): Promise<typeof import("./sender") | undefined> {
  sender ??= import("./sender").then(
    (found) => {
      found.start();
      return found;
    },
    () => {
      sender = undefined;
      return undefined;
    },
  );
  return sender;
}

const textOf = (id: string) => kept.jobs.peek().find((job) => job.id === id)?.content.text;

/** Send one that failed again, now, and its pictures; changed if `content` is given. */
export async function retry(
  id: string,
  content?: Job["content"],
  revision?: number,
): Promise<void> {
  await Promise.all(locals(content?.text ?? textOf(id)).map(pictures.retryPicture));
  await kept.retry(id, content, revision);
  (await sending())?.hurry();
}

/** Forget one that failed or was not sent yet, and its pictures. */
export async function discard(id: string): Promise<void> {
  const text = textOf(id);
  await kept.discard(id);
  await pictures.release(text);
}

/** Begin, once, when it is known who sits here. */
export function start(): void {
  pictures.start();
  kept.start();
  kept.wakers.add(sending);
  addEventListener("online", sending);
  addEventListener("beforeunload", (event) => {
    // Only what is nowhere but here is lost: then, and only then, the browser asks.
    if (atRisk()) event.preventDefault();
  });
}
