// Calls of the write API. Every answer that is not good becomes a Problem that says what is wrong.

import { signal } from "@preact/signals";

/** Set when a call found that the session is over; what was typed stays where it is. */
export const signedOut = signal(false);

/** What went wrong (RFC 9457). Status 0: no answer came. */
export class Problem extends Error {
  readonly status: number;
  readonly type: string;
  readonly fields: Record<string, unknown>;
  /** Seconds after which the server would be asked again. */
  readonly retryAfter: number;

  constructor(status: number, words: Record<string, unknown>, retryAfter = 0) {
    super(String(words.detail ?? words.title ?? ""));
    this.status = status;
    this.type = String(words.type ?? "");
    this.fields = words;
    this.retryAfter = retryAfter;
  }

  /** Whether the same call may succeed later without being changed. */
  get passes(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export interface Asked {
  method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  body?: unknown;
  /** The revision that was read. */
  revision?: number;
  /** Makes a write happen once, however often it is sent. */
  key?: string;
  /** The id of who wrote it: it is refused (401) if somebody else is signed in by now. */
  person?: string;
  signal?: AbortSignal;
}

/** Ask the API (`/stories/…`, below /api/v1). Throws Problem. */
export async function ask<Answer>(path: string, asked: Asked = {}): Promise<Answer> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (asked.body !== undefined) headers["Content-Type"] = "application/json";
  if (asked.revision !== undefined) headers["If-Match"] = `"${asked.revision}"`;
  if (asked.key) headers["Idempotency-Key"] = asked.key;
  if (asked.person) headers["Liveblog-Person"] = asked.person;
  const answer = await send(address(path), {
    method: asked.method ?? "GET",
    headers,
    cache: "no-store",
    ...(asked.body !== undefined && { body: JSON.stringify(asked.body) }),
    ...(asked.signal && { signal: asked.signal }),
  });
  return answer.status === 204 ? (undefined as Answer) : answer.json();
}

export const address = (path: string): string =>
  path.startsWith("/desk/") ? path : `/api/v1${path}`;

async function send(url: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Problem(0, { title: "No connection" });
  }
  if (answer.ok) {
    signedOut.value = false;
    return answer;
  }
  throw await problem(answer);
}

export async function problem(answer: Response): Promise<Problem> {
  if (answer.status === 401) signedOut.value = true;
  const words = await answer.json().catch(() => ({ title: answer.statusText }));
  return new Problem(answer.status, words, Number(answer.headers.get("Retry-After")) || 0);
}
