// What changed between two texts, word by word.

import "./words";
import { diffWordsWithSpace } from "diff";
import { t } from "../messages";

// Two whole texts of 256 KB may share nothing: then they are shown as what they are.
const PATIENCE_MS = 500;

export function Difference({ from, to }: { from: string; to: string }) {
  const parts = diffWordsWithSpace(from, to, { timeout: PATIENCE_MS }) ?? [
    { value: from, removed: true, added: false },
    { value: to, added: true, removed: false },
  ];
  return (
    <p class="difference" dir="auto">
      {parts.map(({ value, added, removed }, at) =>
        added ? (
          <ins key={at}>
            <span class="unseen">{t("timeline.added")}</span>
            {value}
          </ins>
        ) : removed ? (
          <del key={at}>
            <span class="unseen">{t("timeline.removed")}</span>
            {value}
          </del>
        ) : (
          value
        ),
      )}
    </p>
  );
}
