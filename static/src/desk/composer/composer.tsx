// Where updates are written. The frame: what is needed at first sight; all else is fetched when it
// is first used.

import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { LiveStory } from "../live/story";
import { learn, t } from "../messages";
import { composer } from "../messages/en/composer";
import { useShortcuts } from "../shortcuts";
import type { Written } from "../types";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { later } from "../ui/later";
import type { Acts, FieldName } from "./acts";
import type { Carded } from "./cards";
import { Chips } from "./chips";
import { Posting, Trouble, Words } from "./foot";
import { Notices } from "./notices";
import type { Previewed } from "./preview";
import { Room } from "./room";
import { Text } from "./text";
import { Toolbar } from "./toolbar";

export interface Composing {
  story: LiveStory;
  /** What is edited: published or a draft; none for a new update. */
  edits?: Written;
  /** Called when it was handed to the outbox, or given up. */
  done?: () => void;
}

learn(composer);

const Card = later<Carded>(async () => (await import("./cards")).Card);
const Preview = later<Previewed>(async () => (await import("./preview")).Preview);
const Correcting = later<{ room: Room }>(async () => (await import("./dialogs")).Correcting);
const Emergency = later<{ room: Room }>(async () => (await import("./dialogs")).Emergency);
const OtherUpdate = later<{ story: LiveStory; id: string; close: () => void }>(
  async () => (await import("./other")).OtherUpdate,
);
/** What will be wanted in a moment by who begins to write. */
const soon = () => void Promise.all([import("./cards"), import("./suggest")]).catch(() => {});
const PREVIEW_KEPT = "liveblog-preview";
const isPhone = () => matchMedia("(width < 48rem)").matches;

export function Composer({ story, edits, done }: Composing) {
  const room = useMemo(() => new Room(story, edits, done), [story, edits?.id]);
  const { writing } = room;
  const root = useRef<HTMLElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const open = useSignal(false);
  const asked = useSignal<FieldName | undefined>(undefined);
  const preview = useSignal(localStorage.getItem(PREVIEW_KEPT) === "1");
  const other = useSignal<string | undefined>(undefined);

  useEffect(() => {
    room.begin();
    return () => room.end();
  }, [room]);
  useEffect(() => () => behind(null, false), []);
  useSignalEffect(() => behind(root.current, open.value && !edits && isPhone()));

  const acts = useMemo<Acts>(
    () => ({
      story,
      writing,
      edits,
      open: (field) => {
        open.value = true;
        asked.value = field;
        if (field === "title") writing.titled.value = true;
      },
      pictures: (given, own) => {
        open.value = true;
        import("./adding").then(({ add }) => add(writing, given, own));
      },
      pick: (camera) => {
        const input = files.current;
        if (!input) return;
        if (camera) input.setAttribute("capture", "environment");
        else input.removeAttribute("capture");
        input.click();
      },
      edit: (update) => {
        other.value = update;
      },
    }),
    [room],
  );
  const leave = () => {
    open.value = false;
    (document.activeElement as HTMLElement | null)?.blur?.();
    if (edits) done?.();
  };
  const send = async (deed?: Parameters<Room["send"]>[0]) => {
    if (!(await room.send(deed))) return;
    if (!edits && isPhone()) leave();
    else writing.focus();
  };
  const inside = () => root.current?.contains(document.activeElement) ?? false;
  const toggle = () => {
    preview.value = !preview.value;
    localStorage.setItem(PREVIEW_KEPT, preview.value ? "1" : "0");
  };
  useShortcuts(
    [
      {
        keys: "$mod+Enter",
        words: "composer.post",
        typing: true,
        act: () => void (inside() && send()),
      },
      {
        keys: "$mod+Shift+P",
        words: "composer.preview",
        typing: true,
        act: () => (inside() || !edits) && toggle(),
      },
      ...(edits
        ? []
        : [
            {
              keys: "c",
              words: "composer.write" as const,
              act: () => writing.focus(),
            },
          ]),
    ],
    [room],
  );

  return (
    <section
      ref={root}
      class={`composer ${edits ? "edits" : ""} ${open.value ? "open" : ""}`}
      aria-label={edits ? t("composer.edit") : t("composer.write")}
      onFocusIn={(event) => {
        // What is only one line on a phone becomes a sheet when it is touched.
        if ((event.target as HTMLElement).matches("textarea")) open.value = true;
        soon();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented || edits) return;
        event.preventDefault();
        leave();
      }}
      onDragOver={(event) => event.dataTransfer?.types.includes("Files") && event.preventDefault()}
      onDrop={(event) => {
        const given = [...(event.dataTransfer?.files ?? [])];
        if (!given.length) return;
        event.preventDefault();
        acts.pictures(given);
      }}
    >
      {!edits && (
        <header class="composer-top">
          <Button look="quiet" icon="down" aria-label={t("composer.leave")} onClick={leave} />
          <Words room={room} />
        </header>
      )}
      <Notices room={room} acts={acts} />
      <div class="composer-sheet">
        <TitleLine acts={acts} />
        <Parts acts={acts} />
      </div>
      <Chips acts={acts} asked={asked} />
      <Trouble room={room} />
      <div class="composer-foot">
        <Toolbar acts={acts} preview={preview} toggle={toggle} />
        <Posting room={room} send={send} />
      </div>
      <button
        type="button"
        class="composer-camera"
        aria-label={t("composer.camera")}
        onClick={() => acts.pick(true)}
      >
        <Icon name="camera" />
      </button>
      <input
        ref={files}
        type="file"
        accept="image/*"
        multiple
        hidden
        aria-label={t("composer.picture")}
        onChange={(event) => {
          const input = event.currentTarget;
          acts.pictures([...(input.files ?? [])], input.hasAttribute("capture"));
          input.value = "";
        }}
      />
      {preview.value && <Preview room={room} />}
      {room.correcting.value && <Correcting room={room} />}
      {room.emergency.value && <Emergency room={room} />}
      {other.value && (
        <OtherUpdate
          story={story}
          id={other.value}
          close={() => {
            other.value = undefined;
          }}
        />
      )}
    </section>
  );
}

/** While the sheet covers everything, nothing behind it can be reached. */
function behind(sheet: HTMLElement | null, covered: boolean): void {
  for (const other of [
    ...(sheet?.parentElement?.children ?? []),
    document.querySelector(".masthead"),
  ]) {
    if (other instanceof HTMLElement && other !== sheet) other.inert = covered;
  }
}

function Parts({ acts }: { acts: Acts }) {
  const parts = acts.writing.parts.value;
  return (
    <>
      {parts.map((part, index) =>
        part.kind === "text" ? (
          <Text key={part.key} acts={acts} part={part} first={!index} only={parts.length === 1} />
        ) : (
          <Card key={part.key} acts={acts} part={part} />
        ),
      )}
    </>
  );
}

function TitleLine({ acts: { writing } }: { acts: Acts }) {
  const line = useRef<HTMLInputElement>(null);
  const titled = writing.titled.value;
  useEffect(() => {
    if (titled && !writing.fields.peek().title) line.current?.focus();
  }, [titled]);
  if (!titled) return null;
  return (
    <input
      ref={line}
      class="composer-title"
      dir="auto"
      aria-label={t("composer.title")}
      placeholder={t("composer.title")}
      value={writing.fields.value.title}
      onInput={(event) => writing.set({ title: event.currentTarget.value })}
      onBlur={(event) => {
        if (!event.currentTarget.value.trim()) writing.titled.value = false;
      }}
    />
  );
}
