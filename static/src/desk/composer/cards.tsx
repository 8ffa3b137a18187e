// Blocks between the texts: each a card that is edited where it stands, moved and removed.

import type { ComponentType } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type Key, t } from "../messages";
import { Button } from "../ui/button";
import { say } from "../ui/toast";
import type { Acts } from "./acts";
import { EmbedCard } from "./cards/embed";
import { HeadingCard } from "./cards/heading";
import { PictureCard } from "./cards/picture";
import { QuoteCard } from "./cards/quote";
import { ScoreCard } from "./cards/score";
import { TableCard } from "./cards/table";
import type { BlockOf, BlockType } from "./parts";
import type { BlockPart } from "./writing";

export interface Carded {
  acts: Acts;
  part: BlockPart;
}

/** A card of one kind of block: shows it, and says what it becomes. */
export interface Editing<Type extends BlockType> {
  block: BlockOf<Type>;
  set: (changes: Partial<BlockOf<Type>>) => void;
  acts: Acts;
  part: BlockPart;
}

const CARDS: { [Type in BlockType]: { words: Key; Inside: ComponentType<Editing<Type>> } } = {
  image: { words: "composer.picture", Inside: PictureCard },
  quote: { words: "composer.quotation", Inside: QuoteCard },
  embed: { words: "composer.embed", Inside: EmbedCard },
  score: { words: "composer.score", Inside: ScoreCard },
  table: { words: "composer.table", Inside: TableCard },
  heading: { words: "composer.heading", Inside: HeadingCard },
  divider: { words: "composer.divider", Inside: () => <hr /> },
};

export function Card({ acts, part }: Carded) {
  const { writing } = acts;
  const block = part.block.value;
  const card = useRef<HTMLElement>(null);
  const { words } = CARDS[block.type];
  const Inside = CARDS[block.type].Inside as ComponentType<Editing<BlockType>>;
  useEffect(() => {
    if (writing.fresh !== part.key) return;
    writing.fresh = undefined;
    const first = card.current?.querySelector<HTMLElement>(".card-inside :is(input, textarea)");
    (first ?? below(card.current))?.focus();
  }, []);

  const move = (by: -1 | 1) => {
    writing.move(part, by);
    requestAnimationFrame(() => {
      card.current?.scrollIntoView({ block: "nearest" });
      if (!card.current?.contains(document.activeElement)) card.current?.focus();
    });
  };
  const remove = () => {
    const next = below(card.current);
    const undo = writing.remove(part);
    say(t("composer.removed"), { action: { label: t("composer.undo"), act: undo } });
    (next?.isConnected ? next : [...writing.areas.values()][0])?.focus();
  };
  return (
    <figure
      ref={card}
      class={`card card-${block.type}`}
      data-part={part.key}
      aria-label={t(words)}
      tabIndex={-1}
      onFocusIn={() => {
        // What is put in next goes below this card.
        const after = below(card.current);
        if (after instanceof HTMLTextAreaElement) writing.area = after;
      }}
      onKeyDown={(event) => {
        const by = event.altKey && { ArrowUp: -1 as const, ArrowDown: 1 as const }[event.key];
        const own = (event.target as HTMLElement) === card.current;
        if (by) move(by);
        else if (own && (event.key === "Delete" || event.key === "Backspace")) remove();
        else return;
        event.preventDefault();
      }}
    >
      <figcaption class="card-top">
        <span>{t(words)}</span>
        <Button look="quiet" icon="up" aria-label={t("composer.up")} onClick={() => move(-1)} />
        <Button look="quiet" icon="down" aria-label={t("composer.down")} onClick={() => move(1)} />
        <Button look="quiet" icon="trash" aria-label={t("composer.remove")} onClick={remove} />
      </figcaption>
      <div class="card-inside">
        <Inside
          block={block}
          acts={acts}
          part={part}
          set={(changes) =>
            writing.edit(part, { ...part.block.peek(), ...changes } as typeof block)
          }
        />
      </div>
    </figure>
  );
}

const below = (card: HTMLElement | null) =>
  card?.nextElementSibling?.querySelector<HTMLElement>("textarea");
