// What the chips open: one small panel a field.

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../messages";
import { colleagues } from "../state";
import { Button } from "../ui/button";
import { Choice, Line } from "../ui/field";
import type { Acts, FieldName } from "./acts";
import { Displayed, Embargo } from "./moments";
import { tagsOf } from "./tags";
import type { Verification } from "./writing";

export interface Popped {
  name: FieldName;
  acts: Acts;
  close: (back?: boolean) => void;
}

type Panel = (props: Popped) => JSX.Element;

const PANELS: Record<Exclude<FieldName, "title">, Panel> = {
  byline: Byline,
  verification: Verified,
  tags: Tags,
  time: Displayed,
  embargo: Embargo,
  draft: Draft,
};

export function Popover(props: Popped) {
  const panel = useRef<HTMLDivElement>(null);
  const { name, close } = props;
  // Above the chips where there is no room below them.
  useLayoutEffect(() => {
    const chips = panel.current?.parentElement?.getBoundingClientRect();
    const high = panel.current?.offsetHeight ?? 0;
    const up = chips && chips.bottom + high > innerHeight && chips.top > high;
    panel.current?.classList.toggle("up", Boolean(up));
  });
  useEffect(() => {
    panel.current?.querySelector<HTMLElement>("input, select, textarea")?.focus();
  }, [name]);
  if (name === "title") return null;
  const Panel = PANELS[name];
  return (
    <div
      ref={panel}
      class="popover"
      role="dialog"
      aria-label={t(`composer.${name}`)}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        close();
      }}
    >
      <Panel {...props} />
    </div>
  );
}

/** Words as chips, and a line that adds one more; what is known completes it. */
function Several({
  label,
  values,
  known,
  set,
}: {
  label: string;
  values: string[];
  known: string[];
  set: (values: string[]) => void;
}) {
  const [line, setLine] = useState("");
  const add = (value: string) => {
    const words = value.trim().replace(/^#/, "");
    if (words && !values.includes(words)) set([...values, words]);
    setLine("");
  };
  const like = known.filter(
    (one) =>
      !values.includes(one) && one.toLocaleLowerCase().includes(line.trim().toLocaleLowerCase()),
  );
  return (
    <>
      <ul class="several">
        {values.map((value) => (
          <li key={value} dir="auto">
            {value}
            <Button
              look="quiet"
              icon="close"
              aria-label={t("composer.without", { name: value })}
              onClick={() => set(values.filter((one) => one !== value))}
            />
          </li>
        ))}
      </ul>
      <Line
        label={label}
        value={line}
        maxLength={label === t("composer.add_tag") ? 60 : 300}
        autocomplete="off"
        onInput={(event) => setLine(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.isComposing || (event.key !== "Enter" && event.key !== ",")) return;
          event.preventDefault();
          add(event.key === "Enter" && like.length === 1 && line ? (like[0] ?? line) : line);
        }}
        onBlur={() => add(line)}
      />
      {like.length > 0 && (
        <div class="likely">
          {like.slice(0, 8).map((one) => (
            <button
              key={one}
              type="button"
              class="field-chip"
              dir="auto"
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => {
                setLine("");
                set([...values, one]);
              }}
            >
              {one}
            </button>
          ))}
        </div>
      )}
    </>
  );
}

function Byline({ acts: { writing } }: Popped) {
  const [names, setNames] = useState<string[]>([]);
  useEffect(() => {
    colleagues().then(
      (all) => setNames(all.map(({ full_name, name }) => full_name || name)),
      () => {},
    );
  }, []);
  return (
    <Several
      label={t("composer.add_name")}
      values={writing.fields.value.bylines}
      known={names}
      set={(bylines) => writing.set({ bylines })}
    />
  );
}

function Tags({ acts: { writing, story } }: Popped) {
  return (
    <Several
      label={t("composer.add_tag")}
      values={writing.fields.value.tags}
      known={tagsOf(story)}
      set={(tags) => writing.set({ tags })}
    />
  );
}

const STANDS: Verification[] = ["confirmed", "reported", "disputed", "withdrawn"];

function Verified({ acts: { writing } }: Popped) {
  const { verification, source } = writing.fields.value;
  return (
    <>
      <Choice
        label={t("composer.verification")}
        value={verification}
        onChange={(event) =>
          writing.set({ verification: event.currentTarget.value as Verification | "" })
        }
      >
        <option value="">{t("composer.unsaid")}</option>
        {STANDS.map((one) => (
          <option key={one} value={one}>
            {t(`composer.${one}`)}
          </option>
        ))}
      </Choice>
      <Line
        label={t("composer.source")}
        value={source}
        maxLength={300}
        onInput={(event) => writing.set({ source: event.currentTarget.value })}
      />
    </>
  );
}

const DRAFTS = ["", "shared", "private"] as const;

function Draft({ acts: { writing, edits } }: Popped) {
  const { draft } = writing.fields.value;
  return (
    <fieldset class="radios">
      <legend class="legend">{t("composer.draft")}</legend>
      {DRAFTS.filter((one) => one || !edits?.submitted_by).map((one) => (
        <label key={one}>
          <input
            type="radio"
            name="draft"
            checked={draft === one}
            onChange={() => writing.set({ draft: one, ...(one && { embargo: "" }) })}
          />
          {t(one ? `composer.draft_${one}` : "composer.draft_none")}
        </label>
      ))}
    </fieldset>
  );
}
