// Two changed the same lines of a head: both are shown, line by line, and one of each is chosen.

import { t } from "../messages";
import { Button } from "../ui/button";
import type { Field, HeadEditing } from "./editing";

const NAMES: Partial<Record<Field, Parameters<typeof t>[0]>> = {
  kicker: "about.kicker",
  headline: "stories.headline",
  standfirst: "about.standfirst",
  byline: "about.byline",
  contributors: "about.contributors",
  status_line: "about.status_line",
  tags: "about.tags",
  language: "about.language",
  planned_end: "about.planned_end",
  picture: "about.picture",
};

export function Conflict({ editing }: { editing: HeadEditing }) {
  const conflict = editing.conflict.value;
  if (!conflict) return null;
  return (
    <div class="conflict" role="alert">
      <p>{t("about.conflict")}</p>
      {conflict.fields.map((name) => (
        <fieldset key={name}>
          <legend>{t(NAMES[name] ?? "about.head")}</legend>
          <div>
            <p dir="auto">{shown(conflict.theirs[name])}</p>
            <Button onClick={() => editing.yield(name)}>{t("about.theirs")}</Button>
          </div>
          <div>
            <p dir="auto">{shown(editing.edit.value[name])}</p>
            <Button onClick={() => editing.insist(name)}>{t("about.mine")}</Button>
          </div>
        </fieldset>
      ))}
    </div>
  );
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ") || t("about.empty");
  if (value && typeof value === "object" && "src" in value) return String(value.src);
  return String(value ?? "") || t("about.empty");
}
