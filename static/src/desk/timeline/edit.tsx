// The composer with an update that is there already.

import { Composer } from "../composer/composer";
import { t } from "../messages";
import { jobs } from "../outbox";
import { Dialog } from "../ui/dialog";
import { approveOnceSaved } from "./resuming";
import type { Sheet } from "./sheets";

export function Edit({ story, edits, approves, close }: Sheet<"edit">) {
  const done = () => {
    // It may have been given up as well.
    const saved = jobs.peek().some(({ update, kind }) => update === edits.id && kind === "edit");
    if (approves && saved) approveOnceSaved(edits.id);
    close();
  };
  return (
    <Dialog
      title={t(approves ? "timeline.edit_approve" : "timeline.edit")}
      shape="wide"
      close={close}
    >
      <Composer story={story} edits={edits} done={done} />
    </Dialog>
  );
}
