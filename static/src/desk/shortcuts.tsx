// Keys, each with what it does in words, so that `?` can show them all.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { tinykeys } from "tinykeys";
import { type Key, t } from "./messages";
import { Dialog } from "./ui/dialog";

interface Shortcut {
  /** As tinykeys writes it: "$mod+Enter", "j". */
  keys: string;
  words: Key;
  act: (event: KeyboardEvent) => void;
  /** Also while somebody types. */
  typing?: boolean;
}

const known = signal<Shortcut[]>([]);
export const shown = signal(false);
const TYPED = "input, textarea, select, [contenteditable=true]";

/** Keys that work for as long as the component is there. */
export function useShortcuts(shortcuts: Shortcut[], deps: unknown[] = []): void {
  useEffect(() => {
    known.value = [...known.peek(), ...shortcuts];
    const handlers = shortcuts.map(({ keys, act, typing }) => [
      keys,
      (event: KeyboardEvent) => {
        const at = event.target as HTMLElement;
        if (!typing && (at.closest?.(TYPED) || document.querySelector("dialog[open]"))) return;
        event.preventDefault();
        act(event);
      },
    ]);
    // Left to itself it hears nothing that is pressed in a field.
    const stop = tinykeys(window, Object.fromEntries(handlers), {
      ignore: ({ isComposing, repeat }) => isComposing || repeat,
    });
    return () => {
      stop();
      known.value = known.peek().filter((one) => !shortcuts.includes(one));
    };
  }, deps);
}

const MOD = /mac|iphone|ipad/i.test(navigator.platform) ? "⌘" : "Ctrl";

/** Keys as they are written on a keyboard. */
export const written = (keys: string): string =>
  keys.replace("$mod", MOD).replace("Digit", "").replace("Shift+?", "?").replaceAll("+", " + ");

export function Shortcuts() {
  useShortcuts([
    {
      keys: "Shift+?",
      words: "app.shortcuts",
      act: () => {
        shown.value = true;
      },
    },
  ]);
  if (!shown.value) return null;
  return (
    <Dialog
      title={t("app.shortcuts")}
      close={() => {
        shown.value = false;
      }}
    >
      <dl class="shortcuts">
        {known.value.map(({ keys, words }) => (
          <div key={keys}>
            <dt>
              <kbd>{written(keys)}</kbd>
            </dt>
            <dd>{t(words)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
