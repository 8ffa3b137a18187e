// The list of key events. Its items lead to the update on this page, or else to its permalink.

import { h } from "../shared/elements";
import { dated, place, time } from "../shared/times";
import type { Update } from "../shared/wire";

const LONGEST_TITLE = 90;

export class Rail {
  #list: HTMLElement;
  #path: string;
  #isHere: (id: string) => boolean;

  constructor(main: HTMLElement, isHere: (id: string) => boolean) {
    this.#list = main.querySelector<HTMLElement>(".rail-list") as HTMLElement;
    this.#path = `/stories/${main.dataset.story}/updates/`;
    this.#isHere = isHere;
  }

  apply(update: Update): void {
    this.drop(update.id);
    if (!update.key_event) return;
    const items = [...this.#list.children] as HTMLElement[];
    const older = items.find((item) => `${item.dataset.dated} ${item.dataset.key}` < place(update));
    this.#list.insertBefore(this.#item(update), older ?? null);
  }

  drop(id: string): void {
    this.#list.querySelector(`[data-key="${CSS.escape(id)}"]`)?.remove();
  }

  #item(update: Update): HTMLElement {
    const href = this.#isHere(update.id) ? `#u-${update.id}` : this.#path + update.id;
    const what = h(
      "span",
      { class: "rail-what", dir: "auto" },
      update.title || beginning(update.id),
    );
    const at = dated(update);
    return h(
      "li",
      { "data-key": update.id, "data-dated": at },
      h("a", { href }, time(at), " ", what),
    );
  }
}

function beginning(id: string): string {
  const prose = document.querySelector(`#u-${CSS.escape(id)} .prose`);
  const words = (prose?.textContent ?? "").replace(/\s+/g, " ").trim();
  return words.length > LONGEST_TITLE ? `${words.slice(0, LONGEST_TITLE - 1)}…` : words;
}
