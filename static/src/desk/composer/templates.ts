// What is written again and again, ready to be filled in: one line each.

import { type Key, t } from "../messages";
import type { IconName } from "../ui/icon";
import { say } from "../ui/toast";
import type { Acts } from "./acts";
import type { Side } from "./parts";

interface Template {
  name: string;
  words: Key;
  icon: IconName;
  fill: (acts: Acts) => void;
}

const KNOW_TAG = "what-we-know";
const SIDES: Side[] = [
  { name: "", points: "0" },
  { name: "", points: "0" },
];

export const TEMPLATES: Template[] = [
  {
    name: "score",
    words: "composer.score",
    icon: "score",
    fill: ({ writing }) => writing.insert({ type: "score", sides: SIDES }),
  },
  {
    name: "result",
    words: "composer.result",
    icon: "score",
    fill: ({ writing }) => {
      writing.insert({ type: "score", sides: SIDES, state: t("composer.full_time") });
      writing.set({ key_event: true });
    },
  },
  { name: "know", words: "composer.know", icon: "list", fill: know },
];

/** The overview of what is known: one a story, edited again so that it keeps its history. */
function know({ story, writing, edit }: Acts): void {
  const title = t("composer.know");
  const there = story.updates
    .peek()
    .find(
      (update) =>
        update.status !== "retracted" &&
        (update.tags?.includes(KNOW_TAG) || update.title === title),
    );
  if (there) {
    say(t("composer.know_there"));
    edit(there.id);
    return;
  }
  const lists = [t("composer.we_know"), t("composer.we_do_not_know")];
  const text = lists.map((heading) => `### ${heading}\n\n- `).join("\n\n");
  const fields = writing.fields.peek();
  const tags = [...fields.tags, KNOW_TAG];
  const before = writing.markdown;
  writing.read(before ? `${before}\n\n${text}` : text, {
    ...fields,
    title,
    tags,
    key_event: true,
    pinned: true,
  });
  // Whoever writes on at its end is in the list: the blank there is not lost.
  const last = writing.parts.peek().at(-1);
  if (last?.kind === "text") writing.typed(last, `${last.text.peek()} `);
  writing.changed();
}
