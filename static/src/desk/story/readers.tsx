// How many read, and how that went over the last minutes: a small line, drawn.

import { useEffect, useRef } from "preact/hooks";
import { figures } from "../live/desk";
import { language, t } from "../messages";
import { Icon } from "../ui/icon";

const POINTS = 60;
const EVERY_MS = 5000;
const WIDTH = 72;
const HEIGHT = 20;

export function Readers() {
  const now = figures.value?.readers;
  const seen = useSeen(now);
  if (now === undefined) return null;
  const least = Math.min(...seen);
  const most = Math.max(...seen);
  return (
    <p class="figure readers" title={t("story.readers_lately", { least, most })}>
      <Icon name="eye" />
      <span aria-hidden="true">{now.toLocaleString(language.value)}</span>
      <span class="unseen">{t("figures.readers", { n: now })}</span>
      {seen.length > 1 && <Sparkline values={seen} least={least} most={most} />}
    </p>
  );
}

/** The last counts, one for every five seconds in which there was one; no more than are drawn. */
function useSeen(now: number | undefined): number[] {
  const seen = useRef<number[]>([]);
  const last = useRef(0);
  useEffect(() => {
    if (now === undefined) return;
    if (Date.now() - last.current < EVERY_MS && seen.current.length) seen.current.pop();
    else last.current = Date.now();
    seen.current.push(now);
    if (seen.current.length > POINTS) seen.current.shift();
  }, [now]);
  return [...seen.current, ...(now === undefined ? [] : [now])];
}

function Sparkline({ values, least, most }: { values: number[]; least: number; most: number }) {
  const step = WIDTH / (values.length - 1);
  const height = (value: number) =>
    HEIGHT - 2 - ((value - least) / (most - least || 1)) * (HEIGHT - 4);
  const points = values.map((value, at) => `${(at * step).toFixed(1)},${height(value).toFixed(1)}`);
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <polyline points={points.join(" ")} />
    </svg>
  );
}
