// Small questions: why it is retracted, what was corrected, when it happened, what is to be changed.

import "./words";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Correction } from "../../shared/wire";
import { ask as call } from "../api";
import { t } from "../messages";
import type { Written } from "../types";
import { Button } from "../ui/button";
import { complain, why } from "../ui/complain";
import { Dialog } from "../ui/dialog";
import { Choice, Line, Lines } from "../ui/field";
import { fromLocal, ownZone, toLocal } from "../ui/moments";
import { put, whole } from "./actions";
import { since } from "./items";
import { fullName } from "./names";
import type { Sheet } from "./sheets";

interface Questioned {
  title: string;
  close: () => void;
  doing: string;
  danger?: boolean;
  disabled?: boolean;
  act: () => unknown;
  children: ComponentChildren;
}

function Question({
  title,
  close,
  doing,
  danger = false,
  disabled = false,
  act,
  children,
}: Questioned) {
  return (
    <Dialog
      title={title}
      close={close}
      foot={
        <>
          <Button onClick={close}>{t("app.cancel")}</Button>
          <Button
            look={danger ? "danger" : "strong"}
            disabled={disabled}
            onClick={() => void act()}
          >
            {doing}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}

export function Retract({ story, item, close }: Sheet<"retract">) {
  const [reason, setReason] = useState("");
  return (
    <Question
      title={t("timeline.retract_title")}
      close={close}
      doing={t("timeline.retract")}
      danger
      disabled={!reason.trim()}
      act={async () => {
        if (await put(story, item, "retract", { reason: reason.trim() })) close();
      }}
    >
      <Lines
        label={t("timeline.reason")}
        hint={t("timeline.reason_hint")}
        value={reason}
        maxLength={2000}
        onInput={(event) => setReason(event.currentTarget.value)}
      />
    </Question>
  );
}

const KINDS: Correction["kind"][] = ["correction", "clarification", "update"];

export function Correct({ story, item, close }: Sheet<"correct">) {
  const [found, setFound] = useState<Written>();
  const [kind, setKind] = useState<Correction["kind"]>("correction");
  const [note, setNote] = useState("");
  const [title, setTitle] = useState(item.title ?? "");
  const [text, setText] = useState("");
  useEffect(() => {
    whole(story, item).then(
      (written) => {
        setFound(written);
        setTitle(written.title ?? "");
        setText(written.text ?? "");
      },
      (error) => {
        complain(error);
        close();
      },
    );
  }, []);
  const act = async () => {
    if (!found) return;
    const content = {
      correction: { kind, note: note.trim() },
      ...(title !== (found.title ?? "") && { title }),
      ...(text !== (found.text ?? "") && { text }),
    };
    if (await put(story, found, "edit", content)) close();
  };
  // What was posted as blocks has no text of ours to correct.
  const written = found?.text !== undefined;
  return (
    <Question
      title={t("timeline.correct_title")}
      close={close}
      doing={t("timeline.correct")}
      disabled={!found || !note.trim()}
      act={act}
    >
      <Line
        label={t("timeline.title_field")}
        value={title}
        maxLength={300}
        onInput={(event) => setTitle(event.currentTarget.value)}
      />
      {written && (
        <Lines
          label={t("timeline.text_field")}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      )}
      <Choice
        label={t("timeline.correction_kind")}
        value={kind}
        onChange={(event) => setKind(event.currentTarget.value as Correction["kind"])}
      >
        {KINDS.map((one) => (
          <option key={one} value={one}>
            {t(`timeline.corrected_${one}`)}
          </option>
        ))}
      </Choice>
      <Lines
        label={t("timeline.correction_note")}
        hint={t("timeline.correction_hint")}
        value={note}
        maxLength={2000}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
    </Question>
  );
}

export function EditorialTime({ story, item, close }: Sheet<"time">) {
  const [at, setAt] = useState(toLocal(since(item), "seconds"));
  const set = async (displayed: string | null) => {
    if (await put(story, item, "edit", { displayed })) close();
  };
  return (
    <Question
      title={t("timeline.time_title")}
      close={close}
      doing={t("app.save")}
      disabled={!at}
      act={() => set(fromLocal(at))}
    >
      <Line
        type="datetime-local"
        step={1}
        label={t("timeline.time")}
        hint={t("timeline.time_hint", { zone: ownZone() })}
        value={at}
        onInput={(event) => setAt(event.currentTarget.value)}
      />
      {item.displayed && (
        <Button look="quiet" icon="undo" onClick={() => void set(null)}>
          {t("timeline.time_published")}
        </Button>
      )}
    </Question>
  );
}

export function Return({ story, item, close }: Sheet<"return">) {
  const [note, setNote] = useState("");
  const [error, setError] = useState<string>();
  const act = async () => {
    try {
      await call<Written>(`${story.path}/drafts/${item.id}/return`, {
        method: "POST",
        revision: item.revision,
        body: { note: note.trim() },
      });
      await story.refresh("drafts");
      close();
    } catch (failure) {
      setError(why(failure));
    }
  };
  return (
    <Question
      title={t("timeline.return_title", { name: fullName(item.submitted_by ?? "") })}
      close={close}
      doing={t("timeline.return")}
      disabled={!note.trim()}
      act={act}
    >
      <Lines
        label={t("timeline.return_note")}
        hint={t("timeline.return_hint")}
        error={error}
        value={note}
        maxLength={2000}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
    </Question>
  );
}
