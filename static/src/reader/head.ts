// The story's head on the page: its words, its status and its notices to readers.

import { time } from "../shared/times";
import type { Head } from "../shared/wire";
import { corrections } from "./article";

const STATE = {
  draft: "",
  live: "Live",
  paused: "Coverage is paused",
  closed: "This live coverage has ended",
};

export function applyHead(main: HTMLElement, head: Head): void {
  if (head.revision <= Number(main.dataset.revision)) return;
  main.dataset.revision = String(head.revision);
  main.dataset.status = head.status;
  const names = head.contributors?.join(", ");
  say(main, "kicker", head.kicker);
  say(main, "headline", head.headline);
  say(main, "standfirst", head.standfirst);
  say(main, "byline", head.byline);
  say(main, "contributors", names && `Additional reporting by ${names}`);
  part(main, '[data-head="corrections"]').replaceChildren(corrections(head.corrections) ?? "");
  touch(main, head.modified ?? head.opened);
  status(main, head);
}

/** The story was last updated then. */
export function touch(main: HTMLElement, at: string): void {
  const shown = part(main, '[data-head="modified"]');
  if (at <= (shown.getAttribute("datetime") ?? "")) return;
  const now = time(at);
  now.dataset.head = "modified";
  shown.replaceWith(now);
}

function status(main: HTMLElement, head: Head): void {
  const ended = head.status === "closed";
  const state = part(main, ".bar-state");
  state.dataset.state = head.status;
  state.textContent = STATE[head.status];
  part(main, ".bar-line").replaceChildren(
    ended && head.closed ? time(head.closed) : (head.status_line ?? ""),
  );
  part(main, ".live-mark").hidden = ended;
}

function say(main: HTMLElement, name: string, words = ""): void {
  // A frame on another site has no room for some of them.
  const shown = main.querySelector(`[data-head="${name}"]`);
  if (shown) shown.textContent = words;
}

function part(main: HTMLElement, selector: string): HTMLElement {
  return main.querySelector<HTMLElement>(selector) as HTMLElement;
}
