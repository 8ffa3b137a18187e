// Short words on an update: what it is, how it stands, who is at it.

import { t } from "../messages";
import { Countdown } from "./countdown";
import { type Item, isRetracted } from "./items";
import { fullName } from "./names";
import { Editors } from "./presence";

interface Labelled {
  item: Item;
  editing: string[] | undefined;
  notes: number;
  unread: boolean;
}

export function Labels({ item, editing, notes, unread }: Labelled) {
  const corrected = item.corrections?.length ?? 0;
  return (
    <p class="row-labels">
      {item.draft && <Standing item={item} />}
      {item.pinned && <b class="label label-pinned">{t("timeline.is_pinned")}</b>}
      {item.breaking && <b class="label label-breaking">{t("timeline.is_breaking")}</b>}
      {item.key_event && <b class="label label-key">{t("timeline.is_key")}</b>}
      {item.verification && (
        <b class={`label label-${item.verification}`}>{t(`timeline.${item.verification}`)}</b>
      )}
      {corrected > 0 && <b class="label">{t("timeline.is_corrected")}</b>}
      {isRetracted(item) && <b class="label label-withdrawn">{t("timeline.is_retracted")}</b>}
      {item.displayed && <b class="label">{t("timeline.is_displayed")}</b>}
      {item.under_way && <span class="row-going">{t("timeline.under_way")}</span>}
      {notes > 0 && (
        <span class={`row-notes ${unread ? "unread" : ""}`}>
          {t("timeline.n_notes", { n: notes })}
        </span>
      )}
      <Editors names={editing} />
    </p>
  );
}

/** How an update that is not public stands. */
export function Standing({ item }: { item: Item }) {
  return (
    <>
      {item.submitted_by && (
        <b class="label label-reported">
          {t("timeline.submitted_by", { name: fullName(item.submitted_by) })}
        </b>
      )}
      {item.due && (
        <b class="label">
          <Countdown to={item.due} />
        </b>
      )}
      {!item.submitted_by && !item.due && (
        <b class="label">{t(item.private ? "timeline.is_private" : "timeline.is_draft")}</b>
      )}
    </>
  );
}
