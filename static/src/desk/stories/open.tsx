// Opening a story takes a headline; its address is made of it.

import { useSignal } from "@preact/signals";
import { ask, Problem } from "../api";
import { language, t } from "../messages";
import { go, storyPath } from "../router";
import type { StoryHead } from "../types";
import { Button } from "../ui/button";
import { why } from "../ui/complain";
import { Dialog } from "../ui/dialog";
import { Check, Line } from "../ui/field";
import { slugOf } from "./slug";

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export function OpenStory({ close }: { close: () => void }) {
  const headline = useSignal("");
  const typed = useSignal<string | undefined>(undefined);
  const draft = useSignal(false);
  const busy = useSignal(false);
  const trouble = useSignal("");
  const slug = typed.value ?? slugOf(headline.value);

  const open = async (event: Event) => {
    event.preventDefault();
    if (!SLUG.test(slug)) {
      trouble.value = t("stories.address_wrong");
      return;
    }
    busy.value = true;
    const body = {
      slug,
      headline: headline.value.trim(),
      language: language.value,
      ...(draft.value && { status: "draft" }),
    };
    try {
      const head = await ask<StoryHead>("/stories", { method: "POST", body });
      close();
      go(storyPath(head.slug));
    } catch (error) {
      trouble.value = refused(error, slug);
    }
    busy.value = false;
  };

  return (
    <Dialog
      title={t("stories.open")}
      close={close}
      foot={
        <>
          <Button onClick={close}>{t("app.cancel")}</Button>
          <Button
            look="strong"
            type="submit"
            form="open-story"
            disabled={busy.value || !headline.value.trim()}
          >
            {t(busy.value ? "stories.opening" : "stories.open")}
          </Button>
        </>
      }
    >
      <form id="open-story" onSubmit={open}>
        <Line
          label={t("stories.headline")}
          hint={t("stories.headline_hint")}
          class="big"
          maxLength={300}
          autofocus
          required
          value={headline}
          onInput={(event) => {
            headline.value = event.currentTarget.value;
          }}
        />
        <Line
          label={t("stories.address")}
          hint={t("stories.address_hint", { address: `${location.host}/stories/${slug || "…"}` })}
          error={trouble.value}
          dir="ltr"
          maxLength={100}
          autocapitalize="none"
          spellcheck={false}
          value={slug}
          onInput={(event) => {
            typed.value = event.currentTarget.value.toLowerCase();
            trouble.value = "";
          }}
        />
        <Check
          label={t("stories.as_draft")}
          hint={t("stories.as_draft_hint")}
          checked={draft.value}
          onChange={(event) => {
            draft.value = event.currentTarget.checked;
          }}
        />
      </form>
    </Dialog>
  );
}

function refused(error: unknown, slug: string): string {
  const taken = error instanceof Problem && error.status === 409;
  return taken ? t("stories.address_taken", { proposal: another(slug) }) : why(error);
}

/** charity-closes → charity-closes-2 → charity-closes-3 */
function another(slug: string): string {
  const [, name = slug, number = "1"] = /^(.*?)(?:-(\d{1,3}))?$/.exec(slug) ?? [];
  return `${name}-${Number(number) + 1}`;
}
