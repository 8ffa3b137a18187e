// What is on its way to the server. To be built: see the types for what the others count on.

import { signal } from "@preact/signals";
import type { Content, Written } from "../types";

export type JobState = "held" | "queued" | "sending" | "failed" | "sent";

/** A write that must arrive once. */
export interface Job {
  id: string;
  /** The Idempotency-Key, made before the first attempt. */
  key: string;
  person: string;
  story: string;
  kind: "post" | "edit" | "retract" | "pin" | "unpin" | "approve";
  /** The update concerned; none for a post. */
  update?: string;
  revision?: number;
  content: Content & { reason?: string };
  created: number;
  /** Not sent before (undo). Milliseconds since 1970. */
  after: number;
  state: JobState;
  attempts: number;
  /** Why it failed, and whether trying again can help. */
  error?: { status: number; words: string; fields: Record<string, unknown> };
  /** What the server answered. */
  answer?: Written;
}

/** Everything that is not sent yet, and what was sent a moment ago; oldest first. */
export const jobs = signal<Job[]>([]);

/** A job that was undone, or whose words are to be written on: its composer takes them back. */
export const returned = signal<Job | undefined>(undefined);

export type NewJob = Pick<Job, "story" | "kind" | "update" | "revision" | "content">;

/** Put a write into the outbox; kept on disk when the promise is fulfilled. */
export async function add(_job: NewJob, _holdSeconds = 0): Promise<Job> {
  throw new Error("to be built");
}

/** Take back what is not sent yet; gives it, so that it can be written on. */
export async function undo(_id: string): Promise<Job | undefined> {
  return undefined;
}

/** Send one that failed again, now; changed if `content` is given. */
export async function retry(
  _id: string,
  _content?: Job["content"],
  _revision?: number,
): Promise<void> {}

/** Forget one that failed. */
export async function discard(_id: string): Promise<void> {}
