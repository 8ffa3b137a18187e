// How long it is until a moment; drawn anew only when its words change.

import { useEffect, useReducer } from "preact/hooks";
import { language, t } from "../messages";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const STEPS: [number, Intl.RelativeTimeFormatUnit][] = [
  [24 * HOUR_MS, "day"],
  [HOUR_MS, "hour"],
  [MINUTE_MS, "minute"],
  [SECOND_MS, "second"],
];

export function Countdown({ to }: { to: string }) {
  const [, draw] = useReducer((n: number) => n + 1, 0);
  const left = Date.parse(to) - Date.now();
  const [step, unit] = STEPS.find(([length]) => left >= 2 * length) ?? [SECOND_MS, "second"];
  useEffect(() => {
    if (left <= 0) return;
    // An hour at most: what a browser cannot wait for is looked at again.
    const wait = Math.min((left % step) + 20, HOUR_MS);
    const timer = setTimeout(() => draw(undefined as never), wait);
    return () => clearTimeout(timer);
  });
  if (left <= 0) return <span>{t("timeline.due_now")}</span>;
  const say = new Intl.RelativeTimeFormat(language.value, { numeric: "always" });
  return <span>{say.format(Math.floor(left / step), unit)}</span>;
}
