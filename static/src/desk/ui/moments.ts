// Moments as a browser's own fields take them: in the zone of who sits here.

const MINUTE_MS = 60_000;

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** What such a field shows; nothing for no moment. */
export function toLocal(
  instant: string | null | undefined,
  to: "minutes" | "seconds" = "minutes",
): string {
  if (!instant) return "";
  const moment = new Date(instant);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * MINUTE_MS)
    .toISOString()
    .slice(0, to === "minutes" ? 16 : 19);
}

/** Null takes the moment away. */
export const fromLocal = (typed: string): string | null =>
  typed ? new Date(typed).toISOString() : null;
