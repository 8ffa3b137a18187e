// How a story stands, and what can be done about it: pause, resume, close, reopen.

import { useSignal } from "@preact/signals";
import { ask } from "../api";
import type { LiveStory } from "../live/story";
import { t } from "../messages";
import { may } from "../state";
import type { StoryHead } from "../types";
import { Button } from "../ui/button";
import { complain } from "../ui/complain";
import { Dialog } from "../ui/dialog";
import { Line } from "../ui/field";
import { Menu } from "../ui/menu";
import { say } from "../ui/toast";

type Status = StoryHead["status"];
type Asks = "pause" | "close";

/** What is done about a story in a state, and what state that makes. */
const MOVES: Record<Status, (Asks | "resume" | "reopen" | "publish")[]> = {
  draft: ["publish"],
  live: ["pause", "close"],
  paused: ["resume", "close"],
  closed: ["reopen"],
};

export function StateMenu({ story }: { story: LiveStory }) {
  const asks = useSignal<Asks | undefined>(undefined);
  const head = story.head.value;
  if (!head) return null;
  const state = t(`status.${head.status}`);
  if (!may("publish")) {
    return (
      <p class="story-state" data-status={head.status}>
        {state}
      </p>
    );
  }
  const items = MOVES[head.status].map((move) => ({
    label: t(`story.${move}`),
    act: () => {
      if (move === "pause" || move === "close") asks.value = move;
      else amend(story, { status: "live", status_line: "" });
    },
  }));
  return (
    <div class="state-menu" data-status={head.status}>
      <Menu label={t("story.state", { state })} icon="down" words={state} items={items} />
      {asks.value && (
        <Ask
          what={asks.value}
          story={story}
          close={() => {
            asks.value = undefined;
          }}
        />
      )}
    </div>
  );
}

/** Change a story's head, and show it at once. */
export async function amend(story: LiveStory, edit: Partial<StoryHead>): Promise<void> {
  try {
    story.takeHead(await ask<StoryHead>(story.path, { method: "PATCH", body: edit }));
    const head = story.head.peek();
    if (edit.status === "paused") say(t("story.is_paused", { line: head?.status_line ?? "" }));
    else if (edit.status === "closed") say(t("story.is_closed"));
    else if (edit.status) say(t("story.is_live"));
  } catch (error) {
    complain(error);
  }
}

const WORDS = {
  pause: { title: "story.pause_title", line: "story.pause_line", act: "story.pause_do" },
  close: { title: "story.close_title", line: "story.close_line", act: "story.close_do" },
} as const;

function Ask({ what, story, close }: { what: Asks; story: LiveStory; close: () => void }) {
  const line = useSignal(what === "pause" ? t("story.pause_words") : "");
  const words = WORDS[what];
  const send = (event: Event) => {
    event.preventDefault();
    close();
    amend(story, {
      status: what === "pause" ? "paused" : "closed",
      status_line: line.value.trim(),
    });
  };
  return (
    <Dialog
      title={t(words.title)}
      close={close}
      foot={
        <>
          <Button onClick={close}>{t("app.cancel")}</Button>
          <Button look="strong" type="submit" form="state-form">
            {t(words.act)}
          </Button>
        </>
      }
    >
      <form id="state-form" onSubmit={send}>
        <Line
          label={t(words.line)}
          hint={what === "close" ? t("story.close_hint") : undefined}
          maxLength={300}
          autofocus
          value={line}
          onInput={(event) => {
            line.value = event.currentTarget.value;
          }}
        />
      </form>
    </Dialog>
  );
}
