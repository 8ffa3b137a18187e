// Notes to colleagues beside an update; readers never see them.

import "./words";
import { useEffect, useState } from "preact/hooks";
import { ask as call } from "../api";
import { t } from "../messages";
import { may } from "../state";
import type { Note } from "../types";
import { Button } from "../ui/button";
import { complain } from "../ui/complain";
import { Dialog } from "../ui/dialog";
import { Face } from "../ui/faces";
import { Lines } from "../ui/field";
import { Time } from "../ui/time";
import { fullName } from "./names";
import { isMyNote, markRead } from "./noted";
import type { Sheet } from "./sheets";

export function Notes({ story, item, close }: Sheet<"notes">) {
  const notes = story.notes.value.filter(({ update }) => update === item.id);
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => markRead(story, item.id, notes), [notes.length]);

  const write = async (path: string, method: "POST" | "DELETE", body?: unknown) => {
    setBusy(true);
    try {
      await call(`${story.path}/notes${path}`, { method, ...(body ? { body } : {}) });
      await story.refresh("notes");
      return true;
    } catch (error) {
      complain(error);
      return false;
    } finally {
      setBusy(false);
    }
  };
  const add = async () => {
    if (!text.trim() || busy) return;
    if (await write("", "POST", { update: item.id, text: text.trim() })) setText("");
  };
  return (
    <Dialog title={t("timeline.notes_title")} shape="sheet" close={close}>
      <p class="hint">{t("timeline.notes_hint")}</p>
      <ul class="notes">
        {notes.map((note) => (
          <OneNote key={note.id} note={note} remove={() => write(`/${note.id}`, "DELETE")} />
        ))}
      </ul>
      {!notes.length && <p class="waiting-none">{t("timeline.no_notes")}</p>}
      {may("draft") && (
        <form
          class="note-form"
          onSubmit={(event) => {
            event.preventDefault();
            void add();
          }}
        >
          <Lines
            label={t("timeline.note_field")}
            value={text}
            maxLength={2000}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void add();
            }}
          />
          <Button type="submit" look="strong" disabled={busy || !text.trim()}>
            {t("timeline.note_add")}
          </Button>
        </form>
      )}
    </Dialog>
  );
}

function OneNote({ note, remove }: { note: Note; remove: () => unknown }) {
  return (
    <li class="note">
      <Face name={fullName(note.by)} />
      <div>
        <p class="note-by">
          <b dir="auto">{fullName(note.by)}</b> <Time at={note.at} relative />
        </p>
        <p class="note-text" dir="auto">
          {note.text}
        </p>
      </div>
      {(isMyNote(note) || may("retract")) && (
        <Button
          look="quiet"
          icon="trash"
          aria-label={t("timeline.note_delete")}
          onClick={() => void remove()}
        />
      )}
    </li>
  );
}
