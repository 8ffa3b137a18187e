// HTML that the service cleaned, as readers see it. Nothing else may come through here.

import { useLayoutEffect, useRef } from "preact/hooks";
import { fragment } from "../../shared/elements";

export function Html({ html, class: look = "prose" }: { html: string; class?: string }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => place.current?.replaceChildren(fragment(html)), [html]);
  return <div class={look} dir="auto" ref={place} />;
}
