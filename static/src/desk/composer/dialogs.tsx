// Questions before something that readers will see or that is put on record.

import { useSignal } from "@preact/signals";
import { t } from "../messages";
import type { NewCorrection } from "../types";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Choice, Lines } from "../ui/field";
import type { Room } from "./room";

const KINDS: NewCorrection["kind"][] = ["update", "clarification", "correction", "withdrawn"];

export function Correcting({ room }: { room: Room }) {
  const kind = useSignal<NewCorrection["kind"]>("correction");
  const note = useSignal("");
  const missing = useSignal(false);
  const close = () => {
    room.correcting.value = false;
  };
  const send = async () => {
    if (!note.value.trim()) {
      missing.value = true;
      return;
    }
    close();
    await room.send(undefined, { correction: { kind: kind.value, note: note.value.trim() } });
  };
  return (
    <Dialog
      title={t("composer.correct_title")}
      close={close}
      foot={
        <>
          <Button onClick={close}>{t("app.cancel")}</Button>
          <Button look="strong" onClick={send}>
            {t("composer.publish_correction")}
          </Button>
        </>
      }
    >
      <Choice
        label={t("composer.correction_kind")}
        value={kind.value}
        onChange={(event) => {
          kind.value = event.currentTarget.value as NewCorrection["kind"];
        }}
      >
        {KINDS.map((one) => (
          <option key={one} value={one}>
            {t(`composer.kind_${one}`)}
          </option>
        ))}
      </Choice>
      <Lines
        label={t("composer.correction_note")}
        hint={t("composer.correction_hint")}
        error={missing.value ? t("composer.correction_missing") : undefined}
        maxLength={2000}
        value={note.value}
        onInput={(event) => {
          note.value = event.currentTarget.value;
          missing.value = false;
        }}
      />
    </Dialog>
  );
}

export function Emergency({ room }: { room: Room }) {
  const close = () => {
    room.emergency.value = false;
  };
  return (
    <Dialog
      title={t("composer.emergency_title")}
      close={close}
      foot={
        <>
          <Button look="strong" onClick={close}>
            {t("composer.write_it")}
          </Button>
          <Button
            look="danger"
            onClick={() => {
              close();
              room.send(room.overruling.peek(), { emergency: true });
            }}
          >
            {t("composer.anyway")}
          </Button>
        </>
      }
    >
      <p>{t("composer.emergency_hint")}</p>
    </Dialog>
  );
}
