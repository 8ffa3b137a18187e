// "3 new updates": what waits is shown when the reader asks for it, and counted in the tab's title.

import type { Stream } from "./stream";

// A screen reader hears of new updates at most this often.
const ANNOUNCE_EVERY_MS = 20_000;

export class Pill {
  #button: HTMLButtonElement;
  #status: HTMLElement;
  #stream: Stream;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(main: HTMLElement, stream: Stream) {
    this.#button = main.querySelector<HTMLButtonElement>(".pill button") as HTMLButtonElement;
    this.#status = main.querySelector<HTMLElement>("[role=status]") as HTMLElement;
    this.#stream = stream;
    this.#button.addEventListener("click", () => {
      if (stream.takesNew) this.#show();
      else location.assign(`/stories/${main.dataset.story}`);
    });
  }

  /** Say how many wait now. */
  count(): void {
    const waiting = this.#stream.waiting;
    this.#button.hidden = waiting === 0;
    this.#button.textContent = words(waiting);
    document.title = (waiting ? `(${waiting}) ` : "") + document.title.replace(/^\(\d+\) /, "");
    if (waiting === 0) this.#status.textContent = "";
    else
      this.#timer ??= setTimeout(
        () => this.#announce(),
        this.#status.textContent ? ANNOUNCE_EVERY_MS : 0,
      );
  }

  #announce(): void {
    this.#timer = undefined;
    if (this.#stream.waiting) this.#status.textContent = words(this.#stream.waiting);
  }

  #show(): void {
    const newest = this.#stream.show();
    this.count();
    newest?.focus({ preventScroll: true });
    newest?.scrollIntoView({ block: "start" });
  }
}

const words = (count: number) => (count === 1 ? "1 new update" : `${count} new updates`);
