// From what is written to what is sent.

import type { LiveStory } from "../live/story";
import { type Key, t } from "../messages";
import { may } from "../state";
import type { Content, Written } from "../types";
import { clock } from "../ui/time";
import { apart, together } from "./names";
import type { BlockPart, Fields, Writing } from "./writing";
import { noFields } from "./writing";

export const WORDS = ["alt", "caption", "credit"] as const;

/** A picture that lacks one of the words that readers are owed. */
export interface Lacking {
  key: number;
  field: (typeof WORDS)[number];
}

export function lacking(writing: Writing): Lacking | undefined {
  for (const part of writing.parts.peek()) {
    if (part.kind !== "block") continue;
    const block = part.block.peek();
    const field = block.type === "image" && WORDS.find((word) => !block[word]?.trim());
    if (field) return { key: part.key, field };
  }
  return undefined;
}

export type Deed = "post" | "submit" | "schedule" | "draft" | "save";

/** What the strong button does, given who sits here and what the story asks for. Reads signals. */
export function deedOf(story: LiveStory, fields: Fields, edits: Written | undefined): Deed {
  if (edits && !edits.draft) return "save";
  // In a story that is not open yet nothing can be published.
  if (fields.draft || story.head.value?.status === "draft") return "draft";
  const rules = story.rules.value;
  const alone = may("approve") || (may("post") && !rules?.approval);
  if (!alone || (fields.breaking && rules?.breaking_approval)) {
    return edits?.submitted_by ? "save" : "submit";
  }
  if (edits?.submitted_by) return "save";
  return fields.embargo ? "schedule" : "post";
}

const LABELS: Record<Exclude<Deed, "schedule">, Key> = {
  post: "composer.post",
  submit: "composer.submit",
  draft: "composer.save_draft",
  save: "app.save",
};

export const labelOf = (deed: Deed, { embargo }: Fields): string =>
  deed === "schedule"
    ? t("composer.schedule", { time: clock(new Date(embargo)) })
    : t(LABELS[deed]);

/** What is sent for a new update: what is at its default is left out. */
export function contentOf(writing: Writing, language: string, deed: Deed): Content {
  const fields = writing.fields.peek();
  return {
    text: writing.markdown,
    ...(fields.title.trim() && { title: fields.title.trim() }),
    ...(fields.bylines.length && { byline: together(fields.bylines, language) }),
    ...(fields.key_event && { key_event: true }),
    ...(fields.pinned && { pinned: true }),
    ...(fields.breaking && { breaking: true }),
    ...(fields.verification && { verification: fields.verification }),
    ...(fields.source.trim() && { source: fields.source.trim() }),
    ...(fields.tags.length && { tags: fields.tags }),
    ...(fields.displayed && { displayed: fields.displayed }),
    ...(fields.embargo && deed === "schedule" && { embargo: fields.embargo }),
    ...(deed === "draft" && { draft: true }),
    ...(deed === "draft" && fields.draft === "private" && { private: true }),
  };
}

type Edited = Omit<Required<Content>, "pinned" | "draft" | "emergency" | "correction">;

/** What an edit changes; what it leaves as it is stays out. */
export function changesOf(writing: Writing, language: string, before: Edited): Content {
  const now = editedOf(writing, language);
  return Object.fromEntries(
    Object.entries(now).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof Edited]),
    ),
  );
}

export function editedOf(writing: Writing, language: string): Edited {
  const fields = writing.fields.peek();
  return {
    text: writing.markdown,
    title: fields.title.trim(),
    byline: together(fields.bylines, language),
    key_event: fields.key_event,
    breaking: fields.breaking,
    verification: fields.verification || null,
    source: fields.source.trim(),
    tags: fields.tags,
    displayed: fields.displayed || null,
    embargo: fields.embargo || null,
    private: fields.draft === "private",
  };
}

/** The fields of an update that is to be edited. */
export function fieldsOf(update: Written, language: string): Fields {
  return {
    ...noFields(),
    title: update.title ?? "",
    bylines: apart(update.byline ?? "", language),
    key_event: update.key_event ?? false,
    pinned: update.pinned ?? false,
    breaking: update.breaking ?? false,
    verification: update.verification ?? "",
    source: update.source ?? "",
    tags: update.tags ?? [],
    displayed: update.displayed ?? "",
    embargo: update.due ?? "",
    draft:
      update.draft && !update.due && !update.submitted_by
        ? update.private
          ? "private"
          : "shared"
        : "",
  };
}

/** The fields that come back with what was to be sent. */
export const fieldsOfContent = (content: Content, language: string): Fields => ({
  ...noFields(),
  title: content.title ?? "",
  bylines: apart(content.byline ?? "", language),
  key_event: content.key_event ?? false,
  pinned: content.pinned ?? false,
  breaking: content.breaking ?? false,
  verification: content.verification ?? "",
  source: content.source ?? "",
  tags: content.tags ?? [],
  displayed: content.displayed ?? "",
  embargo: content.embargo ?? "",
  draft: content.draft ? (content.private ? "private" : "shared") : "",
});

// The server's own bounds, told before it has to refuse anything.
const TEXT_BYTES = 240 * 1024;
const LINE = 300;

/** Why the server would refuse it, "" if it would not. */
export function refused(writing: Writing): string {
  const { title, source, tags } = writing.fields.peek();
  if (new TextEncoder().encode(writing.markdown).length > TEXT_BYTES) return t("composer.too_long");
  if (title.length > LINE) return t("composer.title_long");
  if (source.length > LINE) return t("composer.source_long");
  if (tags.some((tag) => tag.length > 60) || tags.length > 30) return t("composer.tags_many");
  return forbidden(writing);
}

// Halves of a character, as broken programs leave them on the clipboard; no JSON may hold them.
const FORBIDDEN = /\p{Surrogate}/u;

const forbidden = (writing: Writing): string =>
  FORBIDDEN.test(writing.markdown) ? t("composer.forbidden") : "";

export const cardOf = (writing: Writing, key: number): BlockPart | undefined =>
  writing.parts.peek().find((part): part is BlockPart => part.kind === "block" && part.key === key);
