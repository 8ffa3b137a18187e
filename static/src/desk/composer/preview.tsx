// The update as readers will see it, made by the server as theirs is.

import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { ask, Problem } from "../api";
import { t } from "../messages";
import { Html } from "../ui/html";
import { clock } from "../ui/time";
import { storyLanguage } from "./acts";
import { together } from "./names";
import { localId, serialised } from "./parts";
import type { Room } from "./room";

export interface Previewed {
  room: Room;
}

const QUIET_MS = 350;

export function Preview({ room }: Previewed) {
  const [html, setHtml] = useState("");
  const [trouble, setTrouble] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const asked = useRef<AbortController | undefined>(undefined);
  const fields = room.writing.fields.value;

  useSignalEffect(() => {
    room.markdown;
    clearTimeout(timer.current);
    asked.current?.abort();
    timer.current = setTimeout(look, QUIET_MS);
  });
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      asked.current?.abort();
    },
    [],
  );
  const look = async () => {
    asked.current = new AbortController();
    const { signal } = asked.current;
    // A picture that is still here only has no address that the server could show.
    const parts = room.writing
      .plain()
      .parts.filter(({ ...part }) => !(part.kind === "block" && isLocal(part.block)));
    try {
      const body = { text: serialised(parts) };
      setHtml((await ask<{ html: string }>("/preview", { method: "POST", body, signal })).html);
      setTrouble("");
    } catch (error) {
      if (signal.aborted) return;
      const away = error instanceof Problem && error.status === 0;
      setTrouble(away ? t("composer.preview_offline") : (error as Error).message);
    }
  };
  const language = storyLanguage(room.story);
  const at = fields.displayed ? new Date(fields.displayed) : new Date();
  return (
    <section
      class="composer-preview"
      // It scrolls: so it can be reached by keys.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
      tabIndex={0}
      aria-label={t("composer.preview")}
    >
      <h2 class="legend">{t("composer.preview")}</h2>
      {trouble && <p class="hint">{trouble}</p>}
      <article
        class={`update ${fields.pinned ? "update-pinned" : ""} ${fields.breaking ? "update-breaking" : ""}`}
        dir="auto"
      >
        <header class="update-top">
          <span class="update-time">
            <time dateTime={at.toISOString()}>{clock(at)}</time>
          </span>
          {fields.pinned && <span class="label label-pinned">{t("composer.label_pinned")}</span>}
          {fields.breaking && <span class="label label-breaking">{t("composer.breaking")}</span>}
          {fields.key_event && <span class="label label-key">{t("composer.key")}</span>}
          {fields.verification && (
            <span class={`label label-${fields.verification}`}>
              {t(`composer.${fields.verification}`)}
            </span>
          )}
        </header>
        <div class="update-body">
          {fields.title && <h3 class="update-title">{fields.title}</h3>}
          {fields.bylines.length > 0 && (
            <p class="update-byline">{together(fields.bylines, language)}</p>
          )}
          <Html html={html} />
          {fields.source && (
            <p class="update-source">{t("composer.source_is", { source: fields.source })}</p>
          )}
          {fields.tags.length > 0 && (
            <ul class="tags">
              {fields.tags.map((tag) => (
                <li key={tag}>{tag}</li>
              ))}
            </ul>
          )}
        </div>
      </article>
    </section>
  );
}

const isLocal = (block: { type: string; src?: string }) => localId(block.src ?? "") !== undefined;
