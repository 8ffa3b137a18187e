// A component that is fetched when it is first needed; says so where it cannot be.

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../messages";
import { say } from "./toast";

export function Lazy<Props extends object>({
  load,
  props,
}: {
  load: () => Promise<ComponentType<Props>>;
  props: Props;
}) {
  const [held, setHeld] = useState<{ Inside: ComponentType<Props> }>();
  useEffect(() => {
    let over = false;
    load().then(
      (Inside) => over || setHeld({ Inside }),
      () => say(t("app.loading_failed"), { trouble: true }),
    );
    return () => {
      over = true;
    };
  }, [load]);
  return held ? <held.Inside {...props} /> : null;
}
