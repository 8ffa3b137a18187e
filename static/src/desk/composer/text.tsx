// A part that is text: a textarea that grows, always the browser's own, so that dictation, input
// methods and undo work as everywhere.

import { useSignalEffect } from "@preact/signals";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../messages";
import { grow } from "../ui/field";
import { later } from "../ui/later";
import { say } from "../ui/toast";
import type { Acts } from "./acts";
import { type Asking, asking } from "./asking";
import { apply, continued, isAddress, lineBefore, linked } from "./markdown";
import type { Riched } from "./rich";
import { canBeRich, rich } from "./richness";
import type { Suggesting } from "./suggest";
import type { TextPart } from "./writing";

const Rich = later<Riched>(async () => (await import("./rich")).Rich);
const Suggest = later<Suggesting>(async () => (await import("./suggest")).Suggest);

interface Texted {
  acts: Acts;
  part: TextPart;
  /** The first is always there. */
  first: boolean;
  /** Nothing else is there. */
  only: boolean;
}

export function Text({ acts, part, first, only }: Texted) {
  const { writing } = acts;
  const area = useRef<HTMLTextAreaElement>(null);
  const [asked, setAsked] = useState<Asking | undefined>(undefined);
  const keys = useRef<(event: KeyboardEvent) => boolean>(() => false);
  const shift = useRef(false);
  // What rich text cannot show stays as it is written, and is asked again when that is turned on.
  const [plainly, setPlainly] = useState(false);
  const richly = rich.value && canBeRich() && !plainly;
  useEffect(() => {
    if (!rich.value) setPlainly(false);
  }, [rich.value]);
  const id = useId();

  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    writing.areas.set(part.key, element);
    return () => {
      writing.areas.delete(part.key);
      if (writing.area === element) writing.area = undefined;
    };
  }, [part.key]);
  useSignalEffect(() => {
    const text = part.text.value;
    const element = area.current;
    if (element && element.value !== text) element.value = text;
    grow(element);
  });

  const look = () => {
    const element = area.current;
    if (!element) return;
    const line = element.selectionStart === element.selectionEnd ? lineBefore(element) : "";
    setAsked(asking(line, element.selectionStart));
  };
  const keyed = (event: KeyboardEvent & { currentTarget: HTMLTextAreaElement }) => {
    shift.current = event.shiftKey;
    if (asked && keys.current(event)) return;
    const plainEnter =
      event.key === "Enter" &&
      !event.isComposing &&
      !(event.shiftKey || event.ctrlKey || event.metaKey);
    if (!plainEnter) return;
    const line = lineBefore(event.currentTarget);
    if (isAddress(line)) {
      event.preventDefault();
      embed(event.currentTarget, line.trim());
      return;
    }
    const change = continued(event.currentTarget);
    if (!change) return;
    event.preventDefault();
    apply(event.currentTarget, change);
  };
  const embed = (element: HTMLTextAreaElement, url: string) => {
    const at = element.selectionStart;
    apply(element, { from: at - lineBefore(element).length, to: at, text: "" });
    writing.area = element;
    writing.insert({ type: "embed", url });
  };
  const pasted = (event: ClipboardEvent & { currentTarget: HTMLTextAreaElement }) => {
    const data = event.clipboardData;
    const element = event.currentTarget;
    if (!data) return;
    const text = data.getData("text/plain");
    const html = shift.current ? "" : data.getData("text/html");
    const files = [...data.files].filter(({ type }) => type.startsWith("image/"));
    const taken = () => {
      writing.area = element;
      event.preventDefault();
    };
    if (files.length && !text.trim()) {
      taken();
      acts.pictures(files);
    } else if (isAddress(text) && element.selectionStart !== element.selectionEnd) {
      taken();
      apply(element, linked(element, text.trim()));
    } else if (isAddress(text) && !shift.current && isBlankLine(element)) {
      taken();
      embed(element, text.trim());
    } else if (html) {
      taken();
      import("./paste").then(
        ({ markdownOf }) => put(element, markdownOf(html) || text),
        () => put(element, text),
      );
    }
  };

  return (
    <div class={`part-text ${only ? "only" : ""}`}>
      <textarea
        ref={area}
        hidden={richly}
        dir="auto"
        rows={only ? 3 : 1}
        aria-label={first ? t("composer.text") : t("composer.text_more")}
        aria-autocomplete="list"
        aria-keyshortcuts="Control+Enter"
        placeholder={only ? t("composer.placeholder") : undefined}
        onInput={(event) => {
          writing.typed(part, event.currentTarget.value);
          look();
        }}
        onKeyDown={keyed}
        onKeyUp={(event) => {
          shift.current = event.shiftKey;
        }}
        onClick={look}
        onPaste={pasted}
        onFocus={(event) => {
          writing.area = event.currentTarget;
        }}
        onBlur={() => {
          // A key that is released elsewhere is not heard here.
          shift.current = false;
          setAsked(undefined);
        }}
      />
      {richly && (
        <Rich
          acts={acts}
          part={part}
          label={first ? t("composer.text") : t("composer.text_more")}
          unable={() => {
            setPlainly(true);
            say(t("composer.rich_not"));
          }}
        />
      )}
      {asked && area.current && (
        <Suggest
          id={id}
          asking={asked}
          area={area.current}
          acts={acts}
          keys={keys}
          close={() => setAsked(undefined)}
        />
      )}
    </div>
  );
}

const put = (element: HTMLTextAreaElement, text: string) =>
  apply(element, { from: element.selectionStart, to: element.selectionEnd, text });

function isBlankLine(element: HTMLTextAreaElement): boolean {
  const rest = element.value.slice(element.selectionStart).split("\n")[0];
  return !lineBefore(element).trim() && !rest?.trim();
}
