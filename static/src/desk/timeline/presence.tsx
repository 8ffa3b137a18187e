// Who is in the story, and what they do.

import { computed } from "@preact/signals";
import { connection, present } from "../live/desk";
import { type Key, t } from "../messages";
import type { Present } from "../types";
import { Face, Faces } from "../ui/faces";

/** Which update is edited by whom else. */
export const editors = computed(() => {
  const found = new Map<string, string[]>();
  for (const one of present.value) {
    if (one.doing !== "editing" || !one.update || one.connection === connection.value) continue;
    const names = found.get(one.update) ?? [];
    const name = one.full_name || one.name;
    if (!names.includes(name)) found.set(one.update, [...names, name]);
  }
  return found;
});

const MORE: Present["doing"][] = ["reading", "writing", "editing"];

/** Everybody once, doing the most that they do in any of their windows. */
export const people = computed(() => {
  const found = new Map<string, Present>();
  for (const one of present.value) {
    const held = found.get(one.name);
    if (!held || MORE.indexOf(one.doing) > MORE.indexOf(held.doing)) found.set(one.name, one);
  }
  return [...found.values()];
});

const does = ({ doing, full_name, name }: Present): string =>
  t(`presence.${doing}` satisfies Key, { name: full_name || name });

/** Everybody who is in the story, each with what they do. */
export function Presence() {
  return (
    <ul class="presence">
      {people.value.map((one) => (
        <li key={one.name}>
          <Face name={one.full_name || one.name} />
          <span dir="auto">{does(one)}</span>
        </li>
      ))}
    </ul>
  );
}

/** On an update: who is at it now. */
export function Editors({ names }: { names: string[] | undefined }) {
  if (!names) return null;
  return (
    <span class="row-editors">
      <Faces names={names} label={t("timeline.edited_by", { names: names.join(", ") })} />
      <span class="row-editing">{t("timeline.editing")}</span>
    </span>
  );
}
