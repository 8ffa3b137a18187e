// A match or a count as it stands, kept by one hand: a name, its points, and one more.

import { t } from "../../messages";
import { Button } from "../../ui/button";
import { Line } from "../../ui/field";
import type { Editing } from "../cards";
import type { Side } from "../parts";

const MOST = 30;

export function ScoreCard({ block, set }: Editing<"score">) {
  const change = (at: number, changes: Partial<Side>) =>
    set({
      sides: block.sides.map((side, index) => (index === at ? { ...side, ...changes } : side)),
    });
  return (
    <>
      <ul class="score-sides">
        {block.sides.map((side, at) => (
          <li key={at}>
            <input
              class="bare"
              dir="auto"
              aria-label={t("composer.side", { n: at + 1 })}
              placeholder={t("composer.side", { n: at + 1 })}
              value={side.name}
              onInput={(event) => change(at, { name: event.currentTarget.value })}
            />
            <input
              class="bare score-points"
              dir="auto"
              aria-label={t("composer.points", { n: at + 1 })}
              maxLength={60}
              value={side.points ?? ""}
              onInput={(event) => change(at, { points: event.currentTarget.value })}
            />
            <Button
              aria-label={t("composer.one_more", { n: at + 1 })}
              disabled={!/^\d*$/.test(side.points ?? "")}
              onClick={() => change(at, { points: String(Number(side.points ?? 0) + 1) })}
            >
              +1
            </Button>
            {block.sides.length > 2 && (
              <Button
                look="quiet"
                icon="close"
                aria-label={t("composer.without", { name: side.name || String(at + 1) })}
                onClick={() => set({ sides: block.sides.filter((_, index) => index !== at) })}
              />
            )}
          </li>
        ))}
      </ul>
      <div class="card-pair">
        <Line
          label={t("composer.score_title")}
          value={block.title ?? ""}
          onInput={(event) => set({ title: event.currentTarget.value })}
        />
        <Line
          label={t("composer.score_state")}
          value={block.state ?? ""}
          onInput={(event) => set({ state: event.currentTarget.value })}
        />
      </div>
      {block.sides.length < MOST && (
        <Button
          look="quiet"
          icon="add"
          onClick={() => set({ sides: [...block.sides, { name: "", points: "0" }] })}
        >
          {t("composer.add_side")}
        </Button>
      )}
    </>
  );
}
