// A dialog of the browser's own: it keeps the focus, Escape closes it, the rest of the page is inert.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../messages";
import { Button } from "./button";

interface Dialogue {
  title: string;
  close: () => void;
  /** sheet: slides in from the end of the page and is as high as the window. */
  shape?: "box" | "sheet" | "wide";
  children?: ComponentChildren;
  /** What stands below, usually the buttons. */
  foot?: ComponentChildren;
}

export function Dialog({ title, close, shape = "box", children, foot }: Dialogue) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      // By now it is out of the page, where a browser gives no focus back.
      if (document.activeElement === document.body) giveBack(before);
    };
  }, []);
  const besides = (event: MouseEvent) => {
    if (event.target === dialog.current) close();
  };
  return (
    <dialog
      ref={dialog}
      class={`dialog ${shape}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onMouseDown={besides}
    >
      <div class="dialog-inside">
        <header>
          <h2 id={id}>{title}</h2>
          <Button look="quiet" icon="close" aria-label={t("app.close")} onClick={close} />
        </header>
        <div class="dialog-body">{children}</div>
        {foot && <footer>{foot}</footer>}
      </div>
    </dialog>
  );
}

/** Focus what had it before, or if that is gone the page. */
function giveBack(before: Element | null): void {
  const there = before?.isConnected && before !== document.body;
  const to = there ? before : document.getElementById("content");
  if (to instanceof HTMLElement) to.focus({ preventScroll: true });
}
