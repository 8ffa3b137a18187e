// The same moment in several zones of time.

import { language } from "../messages";

const FIELDS: Intl.DateTimeFormatOptions = {
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
};

export const UTC = "UTC";
export const zones = (): string[] => [UTC, ...Intl.supportedValuesOf("timeZone")];

/** What a clock on the wall of that zone shows: date "2026-11-23" and time "18:00". */
export function wall(moment: Date, zone: string): { date: string; time: string } {
  const parts = new Intl.DateTimeFormat("en-u-nu-latn", {
    ...FIELDS,
    timeZone: zone,
  }).formatToParts(moment);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return {
    date: `${of("year")}-${of("month")}-${of("day")}`,
    time: `${of("hour")}:${of("minute")}`,
  };
}

/** The moment when that clock shows this; a time that summer time skips is the one after it.
 * Seconds may be there, as some browsers' fields give them. */
export function momentOf(date: string, time: string, zone: string): Date {
  const asUtc = Date.parse(`${date}T${time}Z`);
  const first = asUtc - ahead(asUtc, zone);
  return new Date(asUtc - ahead(first, zone));
}

/** How many milliseconds the zone's clocks are ahead of UTC then. */
function ahead(at: number, zone: string): number {
  const minute = Math.floor(at / 60_000) * 60_000;
  const { date, time } = wall(new Date(minute), zone);
  return Date.parse(`${date}T${time}:00Z`) - minute;
}

export const inZone = (moment: Date, zone: string): string =>
  moment.toLocaleString(language.value, {
    timeZone: zone,
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  });
