// The list that completes what is being written. The focus stays in the text: the list follows its
// keys, and says by aria-activedescendant which option is meant.

import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../messages";
import { colleagues } from "../state";
import { Icon, type IconName } from "../ui/icon";
import type { Acts } from "./acts";
import type { Asked, Asking } from "./asking";
import { COMMANDS, obey } from "./commands";
import { apply } from "./markdown";
import { tagsOf } from "./tags";

export interface Option {
  id: string;
  label: string;
  hint?: string;
  icon?: IconName;
  /** What confirms it by a space, once it is typed whole. */
  whole?: string;
  choose: (area: HTMLTextAreaElement, from: number) => void;
}

export interface Suggesting {
  id: string;
  asking: Asking;
  area: HTMLTextAreaElement;
  acts: Acts;
  /** Where the text finds what handles its keys; that answers whether it did. */
  keys: RefObject<(event: KeyboardEvent) => boolean>;
  close: () => void;
}

const SHOWN = 8;

/** Put words where the sign and what followed it stood. */
const instead = (words: string) => (area: HTMLTextAreaElement, from: number) =>
  apply(area, { from, to: area.selectionStart, text: words });

const SOURCES: Record<Asked, (words: string, acts: Acts) => Promise<Option[]>> = {
  command: async (words, acts) =>
    COMMANDS.filter(({ when }) => when?.(acts) ?? true)
      .map((command) => ({
        id: command.name,
        label: t(command.words),
        hint: `/${command.name}`,
        icon: command.icon,
        whole: command.name,
        choose: (area: HTMLTextAreaElement, from: number) => obey(command, acts, area, from),
      }))
      .filter(({ id, label }) => begins(id, words) || begins(label, words))
      .sort((a, b) => Number(isWhole(b, words)) - Number(isWhole(a, words))),
  tag: async (words, { story, writing }) => {
    const known = tagsOf(story).filter((tag) => begins(tag, words));
    const all = known.includes(words) ? known : [...known, words];
    return all.map((tag) => ({
      id: tag,
      label: `#${tag}`,
      ...(known.includes(tag) ? {} : { hint: t("composer.new_tag") }),
      choose: (area, from) => {
        apply(area, { from, to: area.selectionStart, text: "" });
        const { tags } = writing.fields.peek();
        writing.set({ tags: [...new Set([...tags, tag])] });
      },
    }));
  },
  person: async (words) =>
    (await colleagues())
      .filter(({ name, full_name }) =>
        [name, ...full_name.split(" ")].some((one) => begins(one, words)),
      )
      .map(({ name, full_name }) => ({
        id: name,
        label: full_name || name,
        hint: `@${name}`,
        choose: instead(`${full_name || name} `),
      })),
  emoji: async (words) =>
    (await import("./emoji")).find(words).map(({ emoji, name }) => ({
      id: name,
      label: `${emoji} ${name.replaceAll("_", " ")}`,
      choose: instead(emoji),
    })),
};

const isWhole = ({ whole }: Option, words: string) => whole === words.toLowerCase();

const begins = (word: string, with_: string) =>
  word.toLocaleLowerCase().startsWith(with_.toLocaleLowerCase());

export function Suggest({ id, asking, area, acts, keys, close }: Suggesting) {
  const [options, setOptions] = useState<Option[]>([]);
  const [at, setAt] = useState(0);

  useEffect(() => {
    let over = false;
    SOURCES[asking.what](asking.words, acts).then(
      (found) => {
        if (over) return;
        setOptions(found.slice(0, SHOWN));
        setAt(0);
      },
      () => !over && setOptions([]),
    );
    return () => {
      over = true;
    };
  }, [asking.what, asking.words]);

  useEffect(() => {
    area.setAttribute("aria-controls", id);
    const option = options[at];
    if (option) area.setAttribute("aria-activedescendant", `${id}-${option.id}`);
    else area.removeAttribute("aria-activedescendant");
    return () => {
      area.removeAttribute("aria-controls");
      area.removeAttribute("aria-activedescendant");
    };
  }, [options, at]);

  const choose = (option: Option) => {
    close();
    option.choose(area, asking.from);
  };
  keys.current = (event) => {
    const whole = event.key === " " && options.find((one) => isWhole(one, asking.words));
    const option = whole || options[at];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!option || event.isComposing) return false;
    if (step) setAt((at + step + options.length) % options.length);
    else if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (event.key === "Enter" || event.key === "Tab" || whole) choose(option);
    else return false;
    event.preventDefault();
    return true;
  };

  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.scrollIntoView({ block: "nearest" }), [options]);

  if (!options.length) return null;
  return (
    <div
      ref={list}
      class="suggest"
      role="listbox"
      id={id}
      aria-label={t(`composer.suggest_${asking.what}`)}
    >
      {options.map((option, index) => (
        <div
          key={option.id}
          id={`${id}-${option.id}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          // Before the text loses the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            choose(option);
          }}
        >
          {option.icon && <Icon name={option.icon} />}
          <span dir="auto">{option.label}</span>
          {option.hint && <kbd>{option.hint}</kbd>}
        </div>
      ))}
    </div>
  );
}
