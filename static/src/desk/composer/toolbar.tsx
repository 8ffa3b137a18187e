// What can be done to the text by hand: also by keys, and by "/".

import type { Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { type Key, t } from "../messages";
import { useShortcuts, written } from "../shortcuts";
import { Button } from "../ui/button";
import type { IconName } from "../ui/icon";
import { Menu } from "../ui/menu";
import type { Acts } from "./acts";
import { COMMANDS } from "./commands";
import { apply, type Change, linked, prefixed, wrapped } from "./markdown";
import { canBeRich, rich, setRich } from "./richness";

interface Style {
  words: Key;
  icon: IconName;
  keys: string;
  change: (area: HTMLTextAreaElement) => Change;
}

const STYLES: Style[] = [
  { words: "composer.bold", icon: "bold", keys: "$mod+b", change: (area) => wrapped(area, "**") },
  {
    words: "composer.italic",
    icon: "italic",
    keys: "$mod+i",
    change: (area) => wrapped(area, "*"),
  },
  { words: "composer.link", icon: "link", keys: "$mod+k", change: (area) => linked(area) },
  {
    words: "composer.quote_lines",
    icon: "quote",
    keys: "$mod+Shift+Digit9",
    change: (area) => prefixed(area, "> "),
  },
  {
    words: "composer.list",
    icon: "list",
    keys: "$mod+Shift+Digit8",
    change: (area) => prefixed(area, "- "),
  },
];
const INSERTS = ["quote", "embed", "score", "table", "heading", "divider", "result", "know"];

export function Toolbar({
  acts,
  preview,
  toggle,
}: {
  acts: Acts;
  preview: Signal<boolean>;
  toggle: () => void;
}) {
  const { writing } = acts;
  const bar = useRef<HTMLDivElement>(null);
  const does = ({ words, change }: Style) => {
    if (writing.rich) {
      writing.rich(words);
      return;
    }
    const area = writing.area ?? writing.areas.get(writing.parts.peek()[0]?.key ?? 0);
    if (area) apply(area, change(area));
  };
  // Two composers may be there: the keys belong to the one that has the caret.
  const mine = () => bar.current?.closest(".composer")?.contains(document.activeElement);
  useShortcuts(
    STYLES.map((style) => ({
      keys: style.keys,
      words: style.words,
      typing: true,
      act: () => void (mine() && does(style)),
    })),
    [acts],
  );
  const along = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || (event.target as HTMLElement).closest("[role=menu]")) return;
    const all = [...(bar.current?.querySelectorAll("button") ?? [])];
    const forwards = document.documentElement.dir === "rtl" ? -step : step;
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    all[(at + forwards + all.length) % all.length]?.focus();
    event.preventDefault();
  };
  return (
    <div
      class="composer-tools"
      role="toolbar"
      aria-label={t("composer.tools")}
      ref={bar}
      onKeyDown={along}
    >
      {STYLES.map((style) => (
        <Button
          key={style.words}
          look="quiet"
          icon={style.icon}
          aria-label={t(style.words)}
          title={`${t(style.words)} (${written(style.keys)})`}
          // The caret stays where it is.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => does(style)}
        />
      ))}
      <span class="tools-gap" />
      <Button
        look="quiet"
        icon="picture"
        aria-label={t("composer.picture")}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => acts.pick(false)}
      />
      <Button
        class="on-touch"
        look="quiet"
        icon="camera"
        aria-label={t("composer.camera")}
        onClick={() => acts.pick(true)}
      />
      <Menu
        label={t("composer.insert")}
        icon="add"
        items={COMMANDS.filter(({ name }) => INSERTS.includes(name)).map((command) => ({
          label: t(command.words),
          icon: command.icon,
          keys: `/${command.name}`,
          act: () => command.act(acts),
        }))}
      />
      {canBeRich() && (
        <Button
          class="rich-toggle"
          look="quiet"
          aria-label={t("composer.rich")}
          aria-pressed={rich.value}
          icon="edit"
          onClick={() => setRich(!rich.value)}
        />
      )}
      <Button
        look="quiet"
        icon="eye"
        aria-label={t("composer.preview")}
        aria-pressed={preview.value}
        onClick={toggle}
      />
    </div>
  );
}
