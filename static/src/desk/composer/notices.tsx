// What must be known before writing on: who else is in it, what waits, what is over.

import { t } from "../messages";
import { Button } from "../ui/button";
import type { Acts } from "./acts";
import type { Room } from "./room";

export function Notices({ room, acts: { writing } }: { room: Room; acts: Acts }) {
  const waiting = writing.aside.value.length;
  return (
    <div class="composer-notices" role="status">
      {room.held.value && (
        <p>
          <span>{t("composer.held", { name: room.held.value })}</span>
          <Button look="quiet" onClick={() => room.hold(true)}>
            {t("composer.take_over")}
          </Button>
        </p>
      )}
      {room.takenBy.value && (
        <p>
          <span>{t("composer.taken", { name: room.takenBy.value })}</span>
          <Button look="quiet" onClick={() => room.hold(true)}>
            {t("composer.take_over")}
          </Button>
        </p>
      )}
      {waiting > 0 && (
        <p>
          <span>{t("composer.aside", { n: waiting })}</span>
          <Button look="quiet" onClick={() => room.takeUp()}>
            {t("composer.take_up")}
          </Button>
        </p>
      )}
      {room.closed.value && <p>{t("composer.closed")}</p>}
    </div>
  );
}
