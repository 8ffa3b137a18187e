// A component that is fetched when it is first needed; says so where it cannot be.

import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../messages";
import { say } from "./toast";

export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  meanwhile: () => ComponentChildren = () => null,
) {
  let Found: ComponentType<Props> | undefined;
  return function Later(props: Props) {
    const [, draw] = useState(false);
    useEffect(() => {
      if (Found) return;
      load().then(
        (found) => {
          Found = found;
          draw(true);
        },
        () => say(t("app.loading_failed"), { trouble: true }),
      );
    }, []);
    return Found ? <Found {...props} /> : meanwhile();
  };
}
