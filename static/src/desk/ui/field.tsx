// Fields with their labels.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

interface Labelled {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
}

function Around({
  id,
  label,
  hint,
  error,
  children,
}: Labelled & { id: string; children: ComponentChildren }) {
  return (
    <div class={`field ${error ? "has-error" : ""}`}>
      <label for={id}>{label}</label>
      {children}
      {(error || hint) && (
        <p id={`${id}-hint`} class={error ? "field-error" : "hint"}>
          {error || hint}
        </p>
      )}
    </div>
  );
}

/** One line. */
export function Line({ label, hint, error, ...rest }: Labelled & JSX.IntrinsicElements["input"]) {
  const id = useId();
  return (
    <Around {...{ id, label, hint, error }}>
      <input
        dir="auto"
        {...rest}
        id={id}
        aria-invalid={Boolean(error)}
        aria-describedby={`${id}-hint`}
      />
    </Around>
  );
}

/** Some lines; grows with what is written. */
export function Lines({
  label,
  hint,
  error,
  ...rest
}: Labelled & JSX.IntrinsicElements["textarea"]) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => grow(area.current), [rest.value]);
  return (
    <Around {...{ id, label, hint, error }}>
      <textarea
        dir="auto"
        rows={2}
        {...rest}
        ref={area}
        id={id}
        aria-invalid={Boolean(error)}
        aria-describedby={`${id}-hint`}
      />
    </Around>
  );
}

export function grow(area: HTMLTextAreaElement | null): void {
  if (!area || CSS.supports("field-sizing", "content")) return;
  area.style.blockSize = "auto";
  area.style.blockSize = `${area.scrollHeight}px`;
}

export function Choice({
  label,
  hint,
  error,
  children,
  ...rest
}: Labelled & JSX.IntrinsicElements["select"]) {
  const id = useId();
  return (
    <Around {...{ id, label, hint, error }}>
      <select {...rest} id={id} aria-describedby={`${id}-hint`}>
        {children}
      </select>
    </Around>
  );
}

export function Check({
  label,
  hint,
  ...rest
}: Labelled & Omit<JSX.IntrinsicElements["input"], "type" | "role">) {
  const id = useId();
  return (
    <div class="check">
      <input {...rest} type="checkbox" id={id} aria-describedby={`${id}-hint`} />
      <label for={id}>{label}</label>
      {hint && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
    </div>
  );
}
