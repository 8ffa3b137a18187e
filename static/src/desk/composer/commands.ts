// The commands of "/": one line each.

import type { Key } from "../messages";
import { may } from "../state";
import type { IconName } from "../ui/icon";
import type { Acts } from "./acts";
import { apply } from "./markdown";
import { TEMPLATES } from "./templates";

export interface Command {
  name: string;
  words: Key;
  icon: IconName;
  act: (acts: Acts) => void;
  when?: (acts: Acts) => boolean;
}

const said = (verification: "confirmed" | "reported" | "disputed" | "withdrawn"): Command => ({
  name: verification,
  words: `composer.${verification}`,
  icon: "check",
  act: ({ writing }) => writing.set({ verification }),
});

/** Begin a person's name: the list of colleagues opens by itself. */
const nameNext = ({ open }: Acts) => open("byline");

export const COMMANDS: Command[] = [
  {
    name: "key",
    words: "composer.key",
    icon: "key",
    act: ({ writing }) => writing.set({ key_event: !writing.fields.peek().key_event }),
  },
  {
    name: "pin",
    words: "composer.pin",
    icon: "pin",
    act: ({ writing }) => writing.set({ pinned: !writing.fields.peek().pinned }),
    when: ({ edits }) => may("retract") && !edits,
  },
  {
    name: "breaking",
    words: "composer.breaking",
    icon: "breaking",
    act: ({ writing }) => writing.set({ breaking: !writing.fields.peek().breaking }),
  },
  { name: "title", words: "composer.title", icon: "edit", act: ({ open }) => open("title") },
  { name: "byline", words: "composer.byline", icon: "people", act: nameNext },
  { name: "picture", words: "composer.picture", icon: "picture", act: ({ pick }) => pick(false) },
  {
    name: "quote",
    words: "composer.quotation",
    icon: "quote",
    act: ({ writing }) => writing.insert({ type: "quote", html: "" }),
  },
  {
    name: "embed",
    words: "composer.embed",
    icon: "embed",
    act: ({ writing }) => writing.insert({ type: "embed", url: "" }),
  },
  {
    name: "table",
    words: "composer.table",
    icon: "table",
    act: ({ writing }) =>
      writing.insert({
        type: "table",
        header: ["", ""],
        rows: [
          ["", ""],
          ["", ""],
        ],
      }),
  },
  {
    name: "heading",
    words: "composer.heading",
    icon: "note",
    act: ({ writing }) => writing.insert({ type: "heading", html: "", level: 3 }),
  },
  {
    name: "divider",
    words: "composer.divider",
    icon: "rule",
    act: ({ writing }) => writing.insert({ type: "divider" }),
  },
  ...TEMPLATES.map(
    ({ name, words, icon, fill }): Command => ({ name, words, icon, act: (acts) => fill(acts) }),
  ),
  said("confirmed"),
  said("reported"),
  said("disputed"),
  said("withdrawn"),
  { name: "tags", words: "composer.tags", icon: "tag", act: ({ open }) => open("tags") },
  { name: "time", words: "composer.time", icon: "clock", act: ({ open }) => open("time") },
  {
    name: "embargo",
    words: "composer.embargo",
    icon: "calendar",
    act: ({ open }) => open("embargo"),
  },
  { name: "draft", words: "composer.draft", icon: "lock", act: ({ open }) => open("draft") },
];

/** Do it, without the words that called it. */
export function obey(command: Command, acts: Acts, area: HTMLTextAreaElement, from: number): void {
  apply(area, { from, to: area.selectionStart, text: "" });
  acts.writing.area = area;
  command.act(acts);
}
