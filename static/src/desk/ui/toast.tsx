// What has just happened, said once and gone by itself; with something to do about it.

import { signal } from "@preact/signals";
import { t } from "../messages";
import { Button } from "./button";

interface Toast {
  id: number;
  words: string;
  trouble: boolean;
  action?: { label: string; act: () => void } | undefined;
}

const SHOWN_MS = 6000;
const toasts = signal<Toast[]>([]);
let last = 0;

/** Say something; with trouble it stays until it is closed. */
export function say(words: string, { trouble = false, action }: Partial<Toast> = {}): void {
  last += 1;
  const id = last;
  // Three at once are enough to read: the oldest gives way.
  toasts.value = [...toasts.value.slice(-2), { id, words, trouble, action }];
  if (!trouble) setTimeout(() => unsay(id), SHOWN_MS);
}

const unsay = (id: number) => {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
};

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, words, trouble, action }) => (
        <div key={id} class={`toast ${trouble ? "trouble" : ""}`}>
          <p>{words}</p>
          {action && (
            <Button
              look="quiet"
              onClick={() => {
                unsay(id);
                action.act();
              }}
            >
              {action.label}
            </Button>
          )}
          <Button look="quiet" icon="close" aria-label={t("app.close")} onClick={() => unsay(id)} />
        </div>
      ))}
    </div>
  );
}
