// How the newsroom works in a story. Each change is saved at once.

import { ask } from "../api";
import type { LiveStory } from "../live/story";
import { t } from "../messages";
import type { Rules } from "../types";
import { complain } from "../ui/complain";
import { Check, Line } from "../ui/field";
import { say } from "../ui/toast";

export function RulesOfStory({ story, readOnly }: { story: LiveStory; readOnly: boolean }) {
  const rules = story.rules.value;
  if (!rules) return null;
  const set = async (body: Partial<Rules>) => {
    const before = rules;
    story.rules.value = { ...rules, ...body };
    try {
      story.rules.value = await ask<Rules>(`${story.path}/rules`, { method: "PATCH", body });
      say(t("about.rules_saved"));
    } catch (error) {
      story.rules.value = before;
      complain(error);
    }
  };
  const number = (name: "undo_seconds" | "close_after_hours", most: number) => ({
    type: "number" as const,
    min: 0,
    max: most,
    readOnly,
    value: rules[name],
    onChange: (event: { currentTarget: HTMLInputElement }) => {
      if (event.currentTarget.reportValidity())
        set({ [name]: Math.round(event.currentTarget.valueAsNumber || 0) });
    },
  });
  const check = (name: "approval" | "breaking_approval") => ({
    checked: rules[name],
    disabled: readOnly,
    onChange: (event: { currentTarget: HTMLInputElement }) =>
      set({ [name]: event.currentTarget.checked }),
  });
  return (
    <fieldset class="rules">
      <legend>
        <h2>{t("about.rules")}</h2>
      </legend>
      <Check label={t("about.approval")} hint={t("about.approval_hint")} {...check("approval")} />
      <Check
        label={t("about.breaking")}
        hint={t("about.breaking_hint")}
        {...check("breaking_approval")}
      />
      <div class="pair">
        <Line label={t("about.undo")} hint={t("about.undo_hint")} {...number("undo_seconds", 60)} />
        <Line
          label={t("about.close_after")}
          hint={t("about.close_after_hint")}
          {...number("close_after_hours", 8760)}
        />
      </div>
    </fieldset>
  );
}
