// What readers are told about changes of the story as a whole.

import type { LiveStory } from "../live/story";
import { t } from "../messages";
import type { NewCorrection } from "../types";
import { Choice, Lines } from "../ui/field";
import { Time } from "../ui/time";
import type { HeadEditing } from "./editing";

const KINDS = ["update", "clarification", "correction", "withdrawn"] as const;

interface Noticed {
  story: LiveStory;
  editing: HeadEditing;
  readOnly: boolean;
}

export function Notices({ story, editing, readOnly }: Noticed) {
  const told = story.head.value?.corrections ?? [];
  const { kind = "update", note = "" } = editing.edit.value.correction ?? {};
  const set = (change: Partial<NewCorrection>) => {
    const correction = { kind, note, ...change };
    if (correction.note.trim()) editing.set({ correction });
    else {
      // Without words there is no notice; all else that was changed stays.
      const { correction: _, ...rest } = editing.edit.peek();
      editing.edit.value = rest;
    }
  };
  return (
    <>
      {told.length > 0 && (
        <details class="told">
          <summary>{t("about.notices")}</summary>
          <ul>
            {told.map((one) => (
              <li key={one.at}>
                <b>{t(`about.kind_${one.kind}`)}</b> <Time at={one.at} />
                <p dir="auto">{one.note}</p>
              </li>
            ))}
          </ul>
        </details>
      )}
      {!readOnly && (
        <div class="notice">
          <Lines
            label={t("about.notice")}
            hint={t("about.notice_hint")}
            maxLength={2000}
            value={note}
            onInput={(event) => set({ note: event.currentTarget.value })}
          />
          {note && (
            <Choice
              label={t("about.notice_kind")}
              value={kind}
              onChange={(event) =>
                set({ kind: event.currentTarget.value as NewCorrection["kind"] })
              }
            >
              {KINDS.map((one) => (
                <option key={one} value={one}>
                  {t(`about.kind_${one}`)}
                </option>
              ))}
            </Choice>
          )}
        </div>
      )}
    </>
  );
}
