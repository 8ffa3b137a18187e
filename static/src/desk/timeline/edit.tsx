// The composer with an update that is there already.

import { Composer } from "../composer/composer";
import { t } from "../messages";
import { Dialog } from "../ui/dialog";
import type { Sheet } from "./sheets";

export function Edit({ story, edits, close }: Sheet<"edit">) {
  return (
    <Dialog title={t("timeline.edit")} shape="wide" close={close}>
      <Composer story={story} edits={edits} done={close} />
    </Dialog>
  );
}
