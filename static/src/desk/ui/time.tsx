// Moments, in the zone of who sits at the desk and in their language.

import { language, t } from "../messages";

const MINUTE_MS = 60_000;

/** "14:05", with the day, and the year, where it is not this one; the whole moment as its tip. */
export function Time({ at, relative = false }: { at: string; relative?: boolean }) {
  const moment = new Date(at);
  const whole = moment.toLocaleString(language.value, { dateStyle: "full", timeStyle: "long" });
  return (
    <time dateTime={at} title={whole}>
      {relative ? ago(moment) : clock(moment)}
    </time>
  );
}

export function clock(moment: Date): string {
  const now = new Date();
  const today = moment.toDateString() === now.toDateString();
  return moment.toLocaleString(language.value, {
    ...(today ? {} : { day: "numeric", month: "short" }),
    ...(moment.getFullYear() !== now.getFullYear() && { year: "numeric" }),
    hour: "2-digit",
    minute: "2-digit",
  });
}

function ago(moment: Date): string {
  const minutes = Math.round((moment.getTime() - Date.now()) / MINUTE_MS);
  if (Math.abs(minutes) < 1) return t("time.now");
  const say = new Intl.RelativeTimeFormat(language.value, { style: "short", numeric: "auto" });
  if (Math.abs(minutes) < 60) return say.format(minutes, "minute");
  if (Math.abs(minutes) < 48 * 60) return say.format(Math.round(minutes / 60), "hour");
  return say.format(Math.round(minutes / 1440), "day");
}
