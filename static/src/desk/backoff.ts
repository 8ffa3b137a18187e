// How long to wait after what passes: twice as long each time, and half of it is chance.

const FIRST_MS = 1000;
const LONGEST_MS = 60_000;

export class Backoff {
  #failures = 0;
  /** Nothing is tried before. Milliseconds since 1970. */
  until = 0;

  /** `seconds`: how long it was asked to wait at least. */
  failed(seconds = 0): void {
    const most = Math.min(FIRST_MS * 2 ** this.#failures, LONGEST_MS);
    this.#failures += 1;
    const chosen = most * (0.5 + Math.random() / 2);
    this.until = Date.now() + Math.max(chosen, seconds * 1000);
  }

  worked(): void {
    this.#failures = 0;
    this.until = 0;
  }

  /** Try at once, but wait longer still if that fails, too. */
  hurry(): void {
    this.until = 0;
  }
}
