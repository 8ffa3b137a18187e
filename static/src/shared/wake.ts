// Phones cut connections silently, and a hidden tab needs none for ever.

const HIDDEN_FOR_LONG_MS = 5 * 60_000;

/** Calls `stop` when the page was hidden for long, and `again` when somebody may be reading anew:
 * with true where even an open connection may be dead by now. */
export function wake(stop: () => void, again: (anew: boolean) => void): void {
  let hiddenAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (document.hidden) {
      hiddenAt = Date.now();
      timer = setTimeout(stop, HIDDEN_FOR_LONG_MS);
    } else again(Date.now() - hiddenAt > HIDDEN_FOR_LONG_MS);
  });
  addEventListener("pageshow", (event) => event.persisted && again(true));
  addEventListener("online", () => again(true));
}
