// A story's head and rules, for editors; the others can read them.

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { LiveStory } from "../live/story";
import { language, learn, t } from "../messages";
import { about } from "../messages/en/about";
import { colleagues, may } from "../state";
import { Button } from "../ui/button";
import { Chips } from "../ui/chips";
import { complain } from "../ui/complain";
import { Choice, Line, Lines } from "../ui/field";
import { fromLocal, ownZone, toLocal } from "../ui/moments";
import { say } from "../ui/toast";
import { Conflict } from "./conflict";
import { type Edit, HeadEditing } from "./editing";
import { languages } from "./languages";
import { Lead, wordsMissing } from "./lead";
import { Notices } from "./notices";
import { RulesOfStory } from "./rules";

learn(about);

export function About({ story }: { story: LiveStory }) {
  const editing = useMemo(() => new HeadEditing(story), [story]);
  useEffect(() => {
    editing.restore();
  }, [editing]);
  if (!story.head.value) return <section class="about" />;
  const readOnly = !may("publish");
  return (
    <section class="about">
      {readOnly && <p class="hint">{t("about.read_only")}</p>}
      <h2>{t("about.head")}</h2>
      <Conflict editing={editing} />
      <Words editing={editing} readOnly={readOnly} />
      <Lead editing={editing} readOnly={readOnly} />
      <Notices story={story} editing={editing} readOnly={readOnly} />
      {!readOnly && <Save editing={editing} />}
      <RulesOfStory story={story} readOnly={readOnly} />
    </section>
  );
}

type Named = "kicker" | "byline" | "status_line";

function Words({ editing, readOnly }: { editing: HeadEditing; readOnly: boolean }) {
  const names = useSignal<string[]>([]);
  useEffect(() => {
    colleagues().then(
      (all) => {
        names.value = all.map((one) => one.full_name || one.name);
      },
      () => {},
    );
  }, []);
  const set = (change: Edit) => editing.set(change);
  const line = (name: Named) => ({
    value: editing.get(name) ?? "",
    maxLength: 300,
    readOnly,
    onInput: (event: { currentTarget: HTMLInputElement }) =>
      set({ [name]: event.currentTarget.value }),
  });
  return (
    <>
      <Lines
        class="big"
        label={t("stories.headline")}
        rows={1}
        maxLength={300}
        readOnly={readOnly}
        required
        value={editing.get("headline") ?? ""}
        onInput={(event) => set({ headline: event.currentTarget.value.replace(/\s*\n\s*/g, " ") })}
      />
      <Lines
        label={t("about.standfirst")}
        hint={t("about.standfirst_hint")}
        maxLength={2000}
        readOnly={readOnly}
        value={editing.get("standfirst") ?? ""}
        onInput={(event) => set({ standfirst: event.currentTarget.value })}
      />
      <div class="pair">
        <Line label={t("about.kicker")} hint={t("about.kicker_hint")} {...line("kicker")} />
        <Line label={t("about.byline")} {...line("byline")} />
      </div>
      <Chips
        label={t("about.contributors")}
        hint={t("about.contributors_hint")}
        values={editing.get("contributors") ?? []}
        offers={names.value}
        readOnly={readOnly}
        change={(contributors) => set({ contributors })}
      />
      <Line
        label={t("about.status_line")}
        hint={t("about.status_line_hint")}
        {...line("status_line")}
      />
      <Chips
        label={t("about.tags")}
        hint={t("about.tags_hint")}
        longest={60}
        values={editing.get("tags") ?? []}
        readOnly={readOnly}
        change={(tags) => set({ tags })}
      />
      <div class="pair">
        <Choice
          label={t("about.language")}
          disabled={readOnly}
          value={editing.get("language")}
          onChange={(event) => set({ language: event.currentTarget.value })}
        >
          {languages(editing.get("language") ?? "en", language.value).map(([tag, name]) => (
            <option key={tag} value={tag}>
              {name}
            </option>
          ))}
        </Choice>
        <Line
          type="datetime-local"
          label={t("about.planned_end")}
          hint={t("about.planned_end_hint", { zone: ownZone() })}
          readOnly={readOnly}
          value={toLocal(editing.get("planned_end"))}
          onInput={(event) => set({ planned_end: fromLocal(event.currentTarget.value) })}
        />
      </div>
    </>
  );
}

/** Shown as soon as there is something to save; stays in sight. */
function Save({ editing }: { editing: HeadEditing }) {
  const busy = useSignal(false);
  if (!editing.dirty.value) return null;
  const blocked = Boolean(editing.conflict.value) || wordsMissing(editing);
  const save = async () => {
    busy.value = true;
    try {
      if (await editing.save()) say(t("about.saved"));
    } catch (error) {
      complain(error);
    }
    busy.value = false;
  };
  return (
    <div class="save-bar">
      <p>{t("about.unsaved")}</p>
      <Button onClick={() => editing.throwAway()}>{t("about.throw_away")}</Button>
      <Button look="strong" disabled={busy.value || blocked} onClick={save}>
        {t(busy.value ? "app.saving" : "app.save")}
      </Button>
    </div>
  );
}
