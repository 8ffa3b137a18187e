// The desk's own stream: which stories there are, who is in them, how it goes. One a tab.

import { effect, signal, untracked } from "@preact/signals";
import { ask, signedOut } from "../api";
import { Backoff } from "../backoff";
import { meet } from "../state";
import type { Figures, Overview, Present } from "../types";
import { remember, remembered } from "./memory";

export const overview = signal<Overview[] | undefined>(undefined);
export const present = signal<Present[]>([]);
export const figures = signal<Figures | undefined>(undefined);
export const connected = signal(false);
/** The name of this tab's connection, by which its presence is known. */
export const connection = signal("");
/** The update that somebody took over from here, and who. */
export const taken = signal<{ update: string; by: string } | undefined>(undefined);

export interface Hearer {
  /** Something that is not public changed in the story. */
  private(what: "drafts" | "notes" | "rules"): void;
}

const PRIVATE = ["drafts", "notes", "rules"] as const;
const OVERVIEW = "/desk/overview";

/** Listen, for one story or (without) for the list of them; gives what hangs up. */
export function listen(story: string, hearer: Hearer): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout>;
  let before = false;
  const backoff = new Backoff();
  const over = new AbortController();
  recall();
  const open = () => {
    clearTimeout(timer);
    source?.close();
    source = new EventSource(`/desk/events${story && `?story=${encodeURIComponent(story)}`}`);
    const on = <Data>(name: string, act: (data: Data) => void) =>
      source?.addEventListener(name, (event) => act(JSON.parse(event.data)));
    on<{ connection: string }>("hello", (hello) => {
      connected.value = true;
      connection.value = hello.connection;
      backoff.worked();
      doing(story, mine.doing, mine.update).catch(() => {});
      // What happened in between was told to nobody here.
      if (before) PRIVATE.forEach(hearer.private);
      before = true;
    });
    on<{ stories: Overview[] }>("stories", ({ stories }) => {
      overview.value = stories;
      remember(OVERVIEW, stories).catch(() => {});
    });
    on<Overview>("story", (one) => {
      const others = (overview.peek() ?? []).filter(({ slug }) => slug !== one.slug);
      overview.value = [one, ...others];
    });
    on<{ story: string; what: "drafts" | "notes" | "rules" }>("private", (news) => {
      if (news.story === story) hearer.private(news.what);
    });
    on<{ people: Present[] }>("presence", ({ people }) => {
      present.value = people;
    });
    on<{ update: string; by: string }>("taken", (news) => {
      taken.value = news;
    });
    on<Figures>("figures", (now) => {
      figures.value = now;
    });
    source.onerror = () => {
      connected.value = false;
      // What failed for good is tried again by us; a session that is over is found by the calls.
      if (source?.readyState !== EventSource.CLOSED) return;
      backoff.failed();
      if (!signedOut.peek()) meet().catch(() => {});
      timer = setTimeout(() => signedOut.peek() || open(), backoff.until - Date.now());
    };
  };
  const again = () => {
    if (source?.readyState !== EventSource.OPEN) open();
  };
  addEventListener("online", again, { signal: over.signal });
  // At once, and whenever somebody is signed in again.
  const stop = effect(() => {
    if (!signedOut.value) untracked(again);
  });
  return () => {
    stop();
    over.abort();
    clearTimeout(timer);
    source?.close();
    connected.value = false;
    connection.value = "";
    present.value = [];
    figures.value = undefined;
  };
}

/** Until the stream tells, the stories as they were the last time. */
async function recall(): Promise<void> {
  const found = await remembered<Overview[]>(OVERVIEW).catch(() => undefined);
  overview.value ??= found;
}

let mine: { doing: Present["doing"]; update: string | undefined } = {
  doing: "reading",
  update: undefined,
};

/** Tell colleagues what is done here. Throws Problem 409 with `held_by` where another edits it. */
export async function doing(
  story: string,
  what: Present["doing"],
  update?: string,
  take = false,
): Promise<void> {
  mine = { doing: what, update };
  if (!connection.peek() || !story) return;
  const body = {
    connection: connection.peek(),
    story,
    doing: what,
    update,
    take: take || undefined,
  };
  const { people } = await ask<{ people: Present[] }>("/desk/presence", { method: "POST", body });
  present.value = people;
}
