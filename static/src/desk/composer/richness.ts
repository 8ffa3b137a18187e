// Whether text is shown as rich text: on wide screens with a keyboard and a mouse, by choice.

import { signal } from "@preact/signals";

const KEPT = "liveblog-rich";

export const rich = signal(localStorage.getItem(KEPT) === "1");
export const canBeRich = (): boolean => matchMedia("(width >= 64rem) and (pointer: fine)").matches;

export function setRich(on: boolean): void {
  rich.value = on;
  localStorage.setItem(KEPT, on ? "1" : "0");
}
