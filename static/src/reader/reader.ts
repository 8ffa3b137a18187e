// Keeps a story's page in step with its log. The page is whole without it: this only adds.

import { Follow, type Listener } from "../shared/follow";
import { place } from "../shared/times";
import { wake } from "../shared/wake";
import type { State } from "../shared/wire";
import { showFrames } from "./frames";
import { applyHead, touch } from "./head";
import { showPictures } from "./pictures";
import { Pill } from "./pill";
import { localiseAll, Stream } from "./stream";

// More than a page of updates ever holds; past it the reader is better served by a reload.
const MOST_PAGES = 20;
const CONNECTION = {
  live: "",
  ended: "",
  reconnecting: "Reconnecting…",
  offline: "You are offline",
};

localiseAll(document);
showPictures();
showFrames();
const main = document.querySelector<HTMLElement>("main[data-story]");
if (main && main.dataset.status !== "closed") follow(main);

function follow(main: HTMLElement): void {
  const stream = new Stream(main);
  const pill = new Pill(main, stream);
  const line = main.querySelector<HTMLElement>(".bar-connection") as HTMLElement;
  const {
    eventsUrl = "",
    socketUrl = "",
    changesUrl = "",
    stateUrl = "",
    cursor = "",
  } = main.dataset;

  const listener: Listener = {
    change(change) {
      if (change.update) {
        stream.apply(change.update);
        touch(main, change.at);
      } else if (typeof change.story !== "string") {
        applyHead(main, change.story);
      }
      main.dataset.cursor = change.cursor;
      settle();
    },
    async reset() {
      const state = await load(stateUrl, stream.oldest);
      stream.reconcile(state);
      main.dataset.revision = "0";
      applyHead(main, state.story);
      main.dataset.cursor = state.cursor;
      settle();
      return state.cursor;
    },
    connection(connection) {
      main.dataset.connection = connection;
      line.textContent = CONNECTION[connection];
      line.hidden = !line.textContent;
    },
  };
  const following = new Follow(
    { events: eventsUrl, socket: socketUrl, changes: changesUrl },
    cursor,
    listener,
  );
  const isOver = () => main.dataset.status === "closed";
  const settle = () => {
    pill.count();
    if (!isOver()) return;
    following.stop();
    main.dataset.connection = "ended";
    line.hidden = true;
  };

  following.start();
  wake(
    () => following.stop(),
    (anew) => isOver() || ((anew || following.stopped) && following.start()),
  );
  // Shown until something arrives after all, since a browser only guesses that it is offline.
  addEventListener("offline", () => isOver() || listener.connection("offline"));
}

/** The snapshot, back to the place of the oldest update that the page holds. */
async function load(address: string, oldest: string | undefined): Promise<State> {
  const state = await get(address);
  for (let page = 1; page < MOST_PAGES && state.more; page += 1) {
    const last = state.updates.at(-1);
    if (!last || oldest === undefined || place(last) <= oldest) break;
    const older = await get(`${address}?before=${last.id}`);
    state.updates.push(...older.updates);
    state.more = older.more;
  }
  return state;
}

async function get(address: string): Promise<State> {
  const answer = await fetch(address, { cache: "no-cache" });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}
