// Buttons and links that look the same everywhere.

import type { ComponentChildren, JSX } from "preact";
import { go } from "../router";
import { Icon, type IconName } from "./icon";

type Native = JSX.IntrinsicElements["button"];

interface Look {
  /** strong: the one thing to do here; quiet: no frame; danger: takes something away. */
  look?: "strong" | "quiet" | "danger" | "plain";
  icon?: IconName;
  children?: ComponentChildren;
}

/** A button. Without children it needs an aria-label, which is shown as its tip. */
export function Button({ look = "plain", icon, children, ...rest }: Look & Native) {
  const label = rest["aria-label"] as string | undefined;
  return (
    <button
      type="button"
      {...rest}
      {...(label && !rest.title ? { title: label } : {})}
      class={`button ${look} ${children ? "" : "only-icon"} ${rest.class ?? ""}`}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A link inside the desk: no page is loaded. */
export function Go({
  to,
  children,
  ...rest
}: { to: string; children?: ComponentChildren } & Omit<
  JSX.IntrinsicElements["a"],
  "href" | "role"
>) {
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a {...rest} href={to} onClick={follow}>
      {children}
    </a>
  );
}
