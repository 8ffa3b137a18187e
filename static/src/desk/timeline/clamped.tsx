// A text that is cut where it is long, with a button for the rest.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../messages";
import { Button } from "../ui/button";
import { Html } from "../ui/html";
import type { Item } from "./items";

// Those that were found too long: drawn again, they are as high as before at once.
const tooLong = new WeakSet<Item>();

interface Clamp {
  item: Item;
  html: string;
  id: string;
  opened: boolean;
  open: (id: string) => void;
}

/** The text, cut where it is long. */
export function Clamped({ item, html, id, opened, open }: Clamp) {
  const [long, setLong] = useState(tooLong.has(item));
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const text = place.current;
    if (!text || opened) return;
    const measure = () => {
      const found = text.scrollHeight > text.clientHeight + 4;
      if (found) tooLong.add(item);
      setLong(found);
    };
    measure();
    const observer = new ResizeObserver(measure);
    if (text.firstElementChild) observer.observe(text.firstElementChild);
    return () => observer.disconnect();
  }, [html, opened]);
  return (
    <>
      <div ref={place} class={`row-text ${opened ? "" : "clamped"} ${long ? "long" : ""}`}>
        <Html html={html} />
      </div>
      {(long || opened) && (
        <Button look="quiet" class="row-more" aria-expanded={opened} onClick={() => open(id)}>
          {t(opened ? "timeline.less" : "timeline.all")}
        </Button>
      )}
    </>
  );
}
