// Times in the reader's own zone, always with its name.

import { h } from "./elements";
import type { Update } from "./wire";

const CLOCK = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
});
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });

/** The time of an update that readers see. */
export const dated = ({ displayed, published }: Update) => displayed ?? published;

/** Where an update stands among the others; sorts as text, the oldest first. */
export const place = (update: Update) => `${dated(update)} ${update.id}`;

/** A moment as the server's pages write it, in the reader's zone; no day if it is today. */
export function time(instant: string): HTMLElement {
  return localise(h("time", { datetime: instant }, "", h("span", {})));
}

/** Rewrite a <time> that the server wrote in UTC. */
export function localise(element: HTMLElement): HTMLElement {
  const moment = new Date(element.getAttribute("datetime") ?? "");
  if (Number.isNaN(moment.getTime())) return element;
  const clock = CLOCK.format(moment);
  const day = DAY.format(moment);
  const shown = day === DAY.format(new Date()) ? "" : day;
  element.title = `${day}, ${clock}`;
  element.replaceChildren(`${clock} `, h("span", {}, shown));
  return element;
}
