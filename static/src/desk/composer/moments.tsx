// When readers are told that it happened, and when it is published.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../messages";
import { Button } from "../ui/button";
import { Choice, Line } from "../ui/field";
import { ownZone } from "../ui/moments";
import type { Popped } from "./popovers";
import { inZone, momentOf, UTC, wall, zones } from "./zones";

export function Displayed({ acts: { writing }, close }: Popped) {
  const { displayed } = writing.fields.value;
  return (
    <Moment
      hint={t("composer.time_hint")}
      value={displayed}
      zone={ownZone()}
      set={(moment) => writing.set({ displayed: moment })}
      close={close}
    />
  );
}

export function Embargo({ acts: { writing }, close }: Popped) {
  const { embargo, zone } = writing.fields.value;
  return (
    <Moment
      hint={t("composer.embargo_hint")}
      value={embargo}
      zone={zone}
      set={(moment) => writing.set({ embargo: moment, ...(moment && { draft: "" }) })}
      setZone={(other) => writing.set({ zone: other })}
      close={close}
    />
  );
}

interface Timed {
  hint: string;
  value: string;
  zone: string;
  set: (moment: string) => void;
  setZone?: (zone: string) => void;
  close: () => void;
}

/** A date and a time in a zone; says what that is here and in UTC. */
function Moment({ hint, value, zone, set, setZone, close }: Timed) {
  const begin = wall(value ? new Date(value) : new Date(), zone);
  const [date, setDate] = useState(begin.date);
  const [time, setTime] = useState(value ? begin.time : "");
  const put = (newDate: string, newTime: string, newZone: string) => {
    setDate(newDate);
    setTime(newTime);
    set(newDate && newTime ? momentOf(newDate, newTime, newZone).toISOString() : "");
  };
  return (
    <>
      <div class="moment">
        <Line
          label={t("composer.date")}
          type="date"
          value={date}
          onInput={(event) => put(event.currentTarget.value, time, zone)}
        />
        <Line
          label={t("composer.clock")}
          type="time"
          value={time}
          onInput={(event) => put(date, event.currentTarget.value, zone)}
        />
      </div>
      {setZone && (
        <Choice
          label={t("composer.zone")}
          value={zone}
          onChange={(event) => {
            setZone(event.currentTarget.value);
            if (time) put(date, time, event.currentTarget.value);
          }}
        >
          {[...new Set([ownZone(), ...zones()])].map((one) => (
            <option key={one} value={one}>
              {one.replaceAll("_", " ")}
            </option>
          ))}
        </Choice>
      )}
      <ZonesSaid value={value} hint={hint} />
      {value && (
        <Button
          look="quiet"
          onClick={() => {
            set("");
            close();
          }}
        >
          {t("composer.no_time")}
        </Button>
      )}
    </>
  );
}

function ZonesSaid({ value, hint }: { value: string; hint: string }): ComponentChildren {
  if (!value) return <p class="hint">{hint}</p>;
  const moment = new Date(value);
  return (
    <dl class="zones">
      <dt>{t("composer.here")}</dt>
      <dd>{inZone(moment, ownZone())}</dd>
      <dt>{UTC}</dt>
      <dd>{inZone(moment, UTC)}</dd>
    </dl>
  );
}
