// A write on its way to the server, and the call that it becomes.

import { type Asked, ask } from "../api";
import type { Content, Uploaded, Written } from "../types";

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
  /** Not sent before (undo, Retry-After). Milliseconds since 1970. */
  after: number;
  state: JobState;
  attempts: number;
  /** When it was sent last. */
  tried?: number;
  /** Why it failed, or why it waits. `status` 0: no answer came. */
  error?: { status: number; words: string; fields: Record<string, unknown> };
  /** Whether the server may have it, though it did not say so. */
  uncertain?: boolean;
  /** The tab in which somebody took it back to write on, until that is kept there. */
  taken?: string;
  /** What the server answered; none where a draft was dropped. */
  answer?: Written;
}

export type NewJob = Pick<Job, "story" | "kind" | "content"> &
  Partial<Pick<Job, "update" | "revision">>;

/** What is done in order: all posts of a story, and all that concerns one update. */
export const chain = ({ update = "" }: Job): string => update;

const CALLS: Record<Job["kind"], [NonNullable<Asked["method"]>, string]> = {
  post: ["POST", "/updates"],
  edit: ["PATCH", "/updates/ID"],
  retract: ["DELETE", "/updates/ID"],
  pin: ["PUT", "/updates/ID/pin"],
  unpin: ["DELETE", "/updates/ID/pin"],
  approve: ["POST", "/drafts/ID/approval"],
};
const WITHOUT_BODY = new Set<Job["kind"]>(["pin", "unpin", "approve"]);

/** Send it. Throws Problem, and other errors where no answer of ours came. */
export function send(job: Job, signal: AbortSignal): Promise<Written | undefined> {
  const [method, path] = CALLS[job.kind];
  return ask(`/stories/${job.story}${path.replace("ID", job.update ?? "")}`, {
    method,
    key: job.key,
    person: job.person,
    signal,
    ...(!WITHOUT_BODY.has(job.kind) && { body: job.content }),
    ...(job.revision !== undefined && { revision: job.revision }),
  });
}

const FENCE = /^(`{3,}|~{3,})block[ \t]*\n([\s\S]*?)\n\1[ \t]*$/gm;
const LOCAL = /"local:([\w-]+)"/g;

/** The pictures of a text that were not uploaded when it was written. */
export const locals = (text = ""): string[] => [
  ...new Set([...text.matchAll(LOCAL)].map(([, id]) => id as string)),
];

/** The text with the addresses of pictures that are uploaded by now. */
export function resolved(text: string, uploaded: (id: string) => Uploaded | undefined): string {
  return text.replace(FENCE, (whole, fence: string, json: string) => {
    if (!locals(json).length) return whole;
    try {
      const block = JSON.stringify(JSON.parse(json), (_, value) => addressed(value, uploaded));
      return `${fence}block\n${block}\n${fence}`;
    } catch {
      return whole;
    }
  });
}

function addressed(value: unknown, uploaded: (id: string) => Uploaded | undefined): unknown {
  const { src } = (value ?? {}) as { src?: unknown };
  const found = typeof src === "string" && src.startsWith("local:") && uploaded(src.slice(6));
  if (!found) return value;
  return { ...(value as object), src: found.src, width: found.width, height: found.height };
}
