// What colleagues are told of what is done at a composer.

import { Problem } from "../api";
import { doing } from "../live/desk";

const SILENT_MS = 10_000;

export class Telling {
  readonly #story: string;
  #told = false;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(story: string) {
    this.#story = story;
  }

  /** Told once; after some seconds without a key, that nobody writes any more. */
  writing(): void {
    clearTimeout(this.#silence);
    if (!this.#told) this.#tell("writing");
    this.#silence = setTimeout(() => this.reading(), SILENT_MS);
  }

  reading(): void {
    clearTimeout(this.#silence);
    if (this.#told) this.#tell("reading");
  }

  /** Gives the name of who else edits it, "" if nobody does. Throws Problem. */
  async editing(update: string, take: boolean): Promise<string> {
    this.#told = true;
    try {
      await doing(this.#story, "editing", update, take);
      return "";
    } catch (error) {
      if (error instanceof Problem && error.status === 409) return nameOf(error.fields.held_by);
      throw error;
    }
  }

  #tell(what: "writing" | "reading"): void {
    this.#told = what === "writing";
    // Nobody loses anything when colleagues do not hear of it.
    doing(this.#story, what).catch(() => {});
  }
}

function nameOf(held: unknown): string {
  const { full_name, name } = (held ?? {}) as { full_name?: string; name?: string };
  return typeof held === "string" ? held : full_name || name || "";
}
