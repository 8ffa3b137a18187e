// Below what is written: how long it is, what stands in the way, and the button that sends it.

import { useComputed } from "@preact/signals";
import { t } from "../messages";
import { Button } from "../ui/button";
import type { Room } from "./room";

export function Words({ room }: { room: Room }) {
  const count = useComputed(() => room.words.value);
  return <span class="composer-words">{t("composer.words", { n: count.value })}</span>;
}

export function Trouble({ room }: { room: Room }) {
  const { words, emergency } = room.trouble.value;
  return (
    <div class="composer-trouble" role="alert">
      {words && <p>{words}</p>}
      {words && emergency && (
        <Button
          look="quiet"
          onClick={() => {
            room.emergency.value = true;
          }}
        >
          {t("composer.anyway")}
        </Button>
      )}
    </div>
  );
}

export function Posting({ room, send }: { room: Room; send: (deed?: "draft") => void }) {
  const label = useComputed(() => room.label.value);
  const published = room.edits && !room.edits.draft;
  return (
    <div class="composer-posting">
      <Words room={room} />
      {published && (
        <Button
          look="quiet"
          disabled={room.writing.empty.value}
          onClick={() => {
            room.correcting.value = true;
          }}
        >
          {t("composer.correct")}
        </Button>
      )}
      {room.eyes.value && (
        <Button
          look="quiet"
          disabled={room.writing.empty.value}
          onClick={() => room.overrule("post")}
        >
          {t("composer.anyway")}
        </Button>
      )}
      {room.edits?.draft && room.deed.value !== "draft" && room.deed.value !== "save" && (
        <Button look="quiet" onClick={() => send("draft")}>
          {t("composer.save_draft")}
        </Button>
      )}
      <Button
        look="strong"
        icon={room.deed.value === "post" ? "send" : "check"}
        disabled={room.writing.empty.value || room.closed.value}
        aria-keyshortcuts="Control+Enter"
        onClick={() => send()}
      >
        {label.value}
      </Button>
    </div>
  );
}
