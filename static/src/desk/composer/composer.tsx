// A stand-in until the composer is there.

import { effect, signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { LiveStory } from "../live/story";
import { add, returned } from "../outbox";
import { forget, keep, recall } from "../outbox/kept";
import { addPicture, shrink } from "../outbox/pictures";
import type { Written } from "../types";

/** What is edited: published or a draft; none for a new update. */
export interface Composing {
  story: LiveStory;
  edits?: Written;
  /** Called when it was handed to the outbox, or given up. */
  done?: () => void;
}

export const undoSeconds = signal(5);

export function Composer({ story }: Composing) {
  const text = useSignal("");
  const set = (words: string) => {
    text.value = words;
    keep(story.slug, "new", { text: words });
  };
  useEffect(() => {
    recall<{ text: string }>(story.slug, "new").then((kept) => {
      if (kept && !text.peek()) text.value = kept.state.text;
    });
    return effect(() => {
      const job = returned.value;
      if (job?.story !== story.slug || job.kind !== "post") return;
      set([job.content.text, text.peek()].filter(Boolean).join("\n\n"));
      returned.value = undefined;
    });
  }, []);
  const attach = async (files: File[]) => {
    for (const file of files) {
      const { id } = await addPicture(await shrink(file), file.name);
      const block = {
        type: "image",
        src: `local:${id}`,
        alt: file.name,
        caption: "c",
        credit: "d",
      };
      set(`${text.peek()}\n\n\`\`\`block\n${JSON.stringify(block)}\n\`\`\`\n`);
    }
  };
  const post = async () => {
    const words = text.peek();
    if (!words.trim()) return;
    text.value = "";
    const seconds = story.rules.peek()?.undo_seconds ?? undoSeconds.peek();
    await add({ story: story.slug, kind: "post", content: { text: words } }, seconds);
    await forget(story.slug, "new");
  };
  return (
    <section class="composer">
      <textarea
        aria-label="Update"
        value={text.value}
        onInput={(event) => set(event.currentTarget.value)}
      />
      <input
        type="file"
        aria-label="Pictures"
        multiple
        onChange={(event) => attach([...(event.currentTarget.files ?? [])])}
      />
      <button type="button" onClick={post}>
        Post
      </button>
    </section>
  );
}
