// Several short things, each with a button that takes it away, and a line to add one.

import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { t } from "../messages";
import { Icon } from "./icon";

interface Chipped {
  label: string;
  hint?: string;
  values: string[];
  change: (values: string[]) => void;
  /** What may be meant, offered while somebody writes. */
  offers?: string[];
  longest?: number;
  readOnly?: boolean;
}

export function Chips({ label, hint, values, change, offers, longest = 300, readOnly }: Chipped) {
  const id = useId();
  const typed = useSignal("");
  const add = () => {
    const value = typed.value.trim().replace(/,$/, "");
    typed.value = "";
    if (value && !values.includes(value)) change([...values, value]);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if ((event.key === "Enter" || event.key === ",") && typed.value.trim()) {
      event.preventDefault();
      add();
    } else if (event.key === "Backspace" && !typed.value && values.length) {
      change(values.slice(0, -1));
    }
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="chips">
        {values.map((value) => (
          <span class="chip" key={value} dir="auto">
            {value}
            {!readOnly && (
              <button
                type="button"
                aria-label={t("about.remove", { name: value })}
                onClick={() => change(values.filter((other) => other !== value))}
              >
                <Icon name="close" />
              </button>
            )}
          </span>
        ))}
        <input
          id={id}
          dir="auto"
          list={offers && `${id}-offers`}
          maxLength={longest}
          readOnly={readOnly}
          aria-describedby={`${id}-hint`}
          value={typed}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
          }}
          onKeyDown={keys}
          onBlur={add}
        />
      </div>
      {offers && (
        <datalist id={`${id}-offers`}>
          {offers.map((offer) => (
            <option key={offer} value={offer} />
          ))}
        </datalist>
      )}
      <p id={`${id}-hint`} class="hint">
        {hint}
      </p>
    </div>
  );
}
