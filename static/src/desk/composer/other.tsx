// Another update of the story, edited over what is being written here.

import { useEffect, useState } from "preact/hooks";
import { ask } from "../api";
import type { LiveStory } from "../live/story";
import { t } from "../messages";
import type { Written } from "../types";
import { Dialog } from "../ui/dialog";
import { say } from "../ui/toast";
import { Composer } from "./composer";

export function OtherUpdate({
  story,
  id,
  close,
}: {
  story: LiveStory;
  id: string;
  close: () => void;
}) {
  const [update, setUpdate] = useState<Written | undefined>(undefined);
  useEffect(() => {
    ask<Written>(`${story.path}/updates/${id}`).then(setUpdate, (error: Error) => {
      say(error.message, { trouble: true });
      close();
    });
  }, [id]);
  return (
    <Dialog title={t("composer.edit")} shape="wide" close={close}>
      {update ? <Composer story={story} edits={update} done={close} /> : <p>{t("app.loading")}</p>}
    </Dialog>
  );
}
