// The fields around the text: small switches, and chips that open what they are about.

import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../messages";
import { may } from "../state";
import { Icon, type IconName } from "../ui/icon";
import { later } from "../ui/later";
import { clock } from "../ui/time";
import { type Acts, type FieldName, storyLanguage } from "./acts";
import { together } from "./names";
import type { Popped } from "./popovers";
import type { Fields } from "./writing";

const Popover = later<Popped>(async () => (await import("./popovers")).Popover);

interface Chip {
  name: FieldName;
  icon: IconName;
  /** What is set, "" if nothing is. */
  shows: (fields: Fields, language: string) => string;
}

const CHIPS: Chip[] = [
  { name: "title", icon: "edit", shows: () => "" },
  {
    name: "byline",
    icon: "people",
    shows: ({ bylines }, language) => together(bylines, language),
  },
  {
    name: "verification",
    icon: "check",
    shows: ({ verification, source }) =>
      [verification && t(`composer.${verification}`), source].filter(Boolean).join(" · "),
  },
  { name: "tags", icon: "tag", shows: ({ tags }) => tags.map((tag) => `#${tag}`).join(" ") },
  {
    name: "time",
    icon: "clock",
    shows: ({ displayed }) => displayed && clock(new Date(displayed)),
  },
  {
    name: "embargo",
    icon: "calendar",
    shows: ({ embargo }) => embargo && clock(new Date(embargo)),
  },
  { name: "draft", icon: "lock", shows: ({ draft }) => draft && t(`composer.draft_${draft}`) },
];

type Switch = "key_event" | "breaking" | "pinned";
const SWITCHES: [Switch, IconName][] = [
  ["key_event", "key"],
  ["breaking", "breaking"],
  ["pinned", "pin"],
];
const NAMES = {
  key_event: "composer.key",
  breaking: "composer.breaking",
  pinned: "composer.pin",
} as const;

export function Chips({ acts, asked }: { acts: Acts; asked: Signal<FieldName | undefined> }) {
  const { writing, edits, story } = acts;
  const fields = writing.fields.value;
  const place = useRef<HTMLDivElement>(null);
  const open = asked.value;
  const close = (back = true) => {
    const chip = place.current?.querySelector<HTMLElement>("[aria-expanded=true]");
    asked.value = undefined;
    if (back) chip?.focus();
  };
  useEffect(() => {
    if (!open || open === "title") {
      asked.value = undefined;
      return;
    }
    const besides = (event: Event) => {
      if (!place.current?.contains(event.target as Node)) close(false);
    };
    document.addEventListener("pointerdown", besides);
    return () => document.removeEventListener("pointerdown", besides);
  }, [open]);

  const shown = CHIPS.filter(({ name }) => {
    if (name === "title") return !writing.titled.value;
    if (edits && !edits.draft) return name !== "embargo" && name !== "draft";
    return true;
  });
  return (
    <div class="composer-fields" ref={place}>
      <fieldset class="composer-chips" aria-label={t("composer.fields")}>
        {SWITCHES.filter(([name]) => name !== "pinned" || (may("retract") && !edits)).map(
          ([name, icon]) => (
            <button
              key={name}
              type="button"
              class={`field-chip switch-${name}`}
              aria-pressed={fields[name]}
              onClick={() => writing.set({ [name]: !fields[name] })}
            >
              <Icon name={icon} />
              {t(NAMES[name])}
            </button>
          ),
        )}
        {shown.map(({ name, icon, shows }) => {
          const value = shows(fields, storyLanguage(story));
          return (
            <button
              key={name}
              type="button"
              class={`field-chip ${value ? "set" : ""}`}
              {...(name !== "title" && {
                "aria-haspopup": "dialog",
                "aria-expanded": open === name,
              })}
              {...(value && { "aria-label": `${t(`composer.${name}`)}: ${value}` })}
              onClick={() => (open === name ? close() : acts.open(name))}
            >
              <Icon name={icon} />
              <span dir="auto">{value || t(`composer.${name}`)}</span>
            </button>
          );
        })}
      </fieldset>
      {open && open !== "title" && <Popover name={open} acts={acts} close={close} />}
    </div>
  );
}
