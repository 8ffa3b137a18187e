// One composer at work: what it writes, how it is kept, told of and sent.
//
// Longer than other modules: each of these must know of the others, or something written is lost.

import { computed, effect, signal } from "@preact/signals";
import { ask, Problem } from "../api";
import { taken } from "../live/desk";
import type { LiveStory } from "../live/story";
import { t } from "../messages";
import { add, type Job, returned } from "../outbox";
import { forget, keep, recall } from "../outbox/kept";
import { may, myName } from "../state";
import type { NewCorrection, Written } from "../types";
import { say } from "../ui/toast";
import { storyLanguage } from "./acts";
import { words } from "./markdown";
import {
  changesOf,
  contentOf,
  type Deed,
  deedOf,
  editedOf,
  fieldsOf,
  fieldsOfContent,
  labelOf,
  lacking,
  refused,
} from "./posting";
import { Telling } from "./telling";
import { type Fields, noFields, type Plain, Writing } from "./writing";

interface State extends Plain {
  aside: Plain[];
  /** The revision that an edit began from. */
  revision?: number | undefined;
  before?: ReturnType<typeof editedOf> | undefined;
}

const UNDO_SECONDS = 5;
const QUIET_MS = 300;
const BYLINE = "liveblog-byline:";

export class Room {
  readonly writing = new Writing();
  /** What stands in the way of sending, and whether an emergency overrules it. */
  readonly trouble = signal<{ words: string; emergency?: boolean }>({ words: "" });
  /** Who edits the same update. */
  readonly held = signal("");
  readonly takenBy = signal("");
  readonly words = signal(0);
  readonly correcting = signal(false);
  readonly emergency = signal(false);
  readonly ready = signal(false);
  /** What was to be done when something stood in the way. */
  readonly overruling = signal<Deed | undefined>(undefined);
  readonly story: LiveStory;
  readonly edits: Written | undefined;
  readonly #telling: Telling;
  #done: (() => void) | undefined;
  #revision: number | undefined;
  #before: ReturnType<typeof editedOf> | undefined;
  #counting: ReturnType<typeof setTimeout> | undefined;
  #over = false;
  #stop: (() => void)[] = [];

  readonly deed = computed<Deed>(() => deedOf(this.story, this.writing.fields.value, this.edits));
  readonly label = computed(() => labelOf(this.deed.value, this.writing.fields.value));
  readonly closed = computed(() => this.story.head.value?.status === "closed" && !this.edits);

  /** Whether only a second pair of eyes keeps this from being published at once. */
  readonly eyes = computed(
    () =>
      this.deed.value === "submit" &&
      this.writing.fields.value.breaking &&
      may("approve") &&
      Boolean(this.story.rules.value?.breaking_approval),
  );

  constructor(story: LiveStory, edits?: Written, done?: () => void) {
    this.story = story;
    this.edits = edits;
    this.#telling = new Telling(story.slug);
    this.#done = done;
    this.writing.changed = () => this.#changed();
  }

  get #about(): string {
    return this.edits?.id ?? "new";
  }

  get #language(): string {
    return storyLanguage(this.story);
  }

  begin(): void {
    this.#over = false;
    this.#fill().catch((error) => this.#refuse(error));
    this.#stop = [
      effect(() => {
        const job = returned.value;
        if (job && this.#isMine(job)) queueMicrotask(() => this.#takeBack(job));
      }),
      effect(() => {
        const news = taken.value;
        if (news && this.edits && news.update === this.edits.id) this.takenBy.value = news.by;
      }),
    ];
    if (this.edits) this.hold();
  }

  end(): void {
    this.#over = true;
    for (const stop of this.#stop) stop();
    clearTimeout(this.#counting);
    this.#telling.reading();
  }

  /** Tell that this update is edited here; with ``take`` from whoever else edits it. */
  hold(take = false): void {
    this.#telling.editing(this.edits?.id ?? "", take).then(
      (name) => {
        this.held.value = name;
        if (take && !name) this.takenBy.value = "";
      },
      // Nobody loses anything when colleagues do not hear of it.
      () => {},
    );
  }

  /** Hand it to the outbox; false if something stands in the way. */
  async send(
    wanted?: Deed,
    { emergency = false, correction }: { emergency?: boolean; correction?: NewCorrection } = {},
  ): Promise<boolean> {
    const deed = wanted ?? this.deed.peek();
    if (this.writing.empty.peek() || this.closed.peek()) return false;
    if (!emergency && !this.#allowed(deed)) return false;
    const extra = { ...(emergency && { emergency }), ...(correction && { correction }) };
    const job = this.edits ? this.#edit(deed, extra) : this.#post(deed, extra);
    // The composer is empty at once: what was sent comes back should it not be kept.
    const sent: State = { ...this.writing.plain(), aside: [] };
    if (!this.edits) this.#clear();
    try {
      await add(job, deed === "draft" || deed === "save" ? 0 : this.#undoSeconds);
    } catch (error) {
      if (!this.edits) this.#bringBack(sent);
      this.#refuse(error);
      return false;
    } finally {
      // Only now that the outbox has it is what was sent forgotten here.
      if (!this.edits) this.#keep();
    }
    this.#telling.reading();
    if (!this.edits) return true;
    await forget(this.story.slug, this.#about);
    this.#done?.();
    return true;
  }

  /** Ask whether it is an emergency, and then do that. */
  overrule(deed: Deed): void {
    this.overruling.value = deed;
    this.emergency.value = true;
  }

  #post(deed: Deed, extra: object) {
    const content = { ...contentOf(this.writing, this.#language, deed), ...extra };
    return { story: this.story.slug, kind: "post" as const, content };
  }

  #edit(deed: Deed, extra: object) {
    const before = this.#before ?? editedOf(this.writing, this.#language);
    const changes = changesOf(this.writing, this.#language, before);
    const isDraft = this.edits?.draft;
    // Only of what is not public can these be changed.
    if (!isDraft) {
      delete changes.embargo;
      delete changes.private;
    }
    const publishes = isDraft && (deed === "post" || deed === "submit") && { draft: false };
    return {
      story: this.story.slug,
      kind: "edit" as const,
      update: this.edits?.id ?? "",
      revision: this.#revision ?? this.edits?.revision ?? 1,
      content: { ...changes, ...publishes, ...extra },
    };
  }

  get #undoSeconds(): number {
    return this.story.rules.peek()?.undo_seconds ?? UNDO_SECONDS;
  }

  /** Whether nothing stands in the way; else it is said, and the field has the focus. */
  #allowed(deed: Deed): boolean {
    const words = refused(this.writing);
    this.trouble.value = { words };
    if (words) return false;
    const publishes =
      deed === "post" || deed === "schedule" || (deed === "save" && !this.edits?.draft);
    const lack = publishes ? lacking(this.writing) : undefined;
    if (!lack) return true;
    document
      .querySelector<HTMLElement>(`[data-part="${lack.key}"] [data-field="${lack.field}"]`)
      ?.focus();
    this.overruling.value = deed;
    this.trouble.value = { words: t(`composer.lacks_${lack.field}`), emergency: may("post") };
    return false;
  }

  #refuse(error: unknown): void {
    if (error instanceof Problem) say(error.message || t("problem.server"), { trouble: true });
    else throw error;
  }

  #isMine(job: Job): boolean {
    return job.story === this.story.slug && (job.update ?? "new") === this.#about;
  }

  /** What was undone comes back; what is being written meanwhile waits its turn. */
  #takeBack(job: Job): void {
    if (this.#over || returned.peek() !== job) return;
    returned.value = undefined;
    if (!this.writing.empty.peek()) this.writing.setAside();
    this.writing.read(job.content.text ?? "", fieldsOfContent(job.content, this.#language));
    this.writing.changed();
    this.focus();
  }

  focus(): void {
    requestAnimationFrame(() => this.writing.focus());
  }

  /** Take what waits aside up again; what is there now waits in its place. */
  takeUp(): void {
    const [next, ...others] = this.writing.aside.peek().toReversed();
    if (!next) return;
    const now = this.writing.empty.peek() ? [] : [this.writing.plain()];
    this.writing.aside.value = [...now, ...others.toReversed()];
    this.writing.put(next);
    this.writing.changed();
    this.focus();
  }

  #clear(): void {
    const { bylines } = this.writing.fields.peek();
    localStorage.setItem(BYLINE + this.story.slug, JSON.stringify(bylines));
    this.trouble.value = { words: "" };
    this.emergency.value = false;
    if (this.writing.aside.peek().length) {
      this.writing.put({ parts: [], fields: this.#fresh() });
      this.takeUp();
      return;
    }
    this.writing.put({ parts: [], fields: this.#fresh() });
    this.#count();
  }

  /** What could not be handed over, beside what is written by now. */
  #bringBack(sent: State): void {
    if (this.writing.empty.peek()) this.#restore(sent);
    else this.writing.aside.value = [...this.writing.aside.peek(), sent];
  }

  #fresh(): Fields {
    return { ...noFields(), bylines: this.#usual() };
  }

  /** The byline that was used here last, else one's own. */
  #usual(): string[] {
    const kept = localStorage.getItem(BYLINE + this.story.slug);
    if (kept) return JSON.parse(kept) as string[];
    return myName.peek() ? [myName.peek()] : [];
  }

  async #fill(): Promise<void> {
    const kept = await recall<State>(this.story.slug, this.#about).catch(() => undefined);
    if (this.#over) return;
    if (kept && (this.edits || this.writing.empty.peek())) this.#restore(kept.state);
    else if (kept) {
      // Somebody types already: they go on, and what was kept waits.
      this.writing.aside.value = [...(kept.state.aside ?? []), kept.state];
    } else if (this.edits) await this.#read(this.edits);
    else if (this.writing.empty.peek()) this.writing.set({ bylines: this.#usual() });
    this.ready.value = true;
    if (!this.writing.empty.peek()) this.#keep();
    this.#count();
    if (this.edits) this.focus();
  }

  #restore(state: State): void {
    this.writing.put(state);
    this.writing.aside.value = state.aside ?? [];
    this.#revision = state.revision;
    this.#before = state.before;
    this.trouble.value = { words: "" };
  }

  async #read(edits: Written): Promise<void> {
    const whole =
      edits.text === undefined
        ? await ask<Written & { blocks?: unknown[] }>(`${this.story.path}/updates/${edits.id}`)
        : edits;
    const fields = fieldsOf(whole, this.#language);
    if (whole.text || !("blocks" in whole) || !whole.blocks) {
      this.writing.read(whole.text ?? "", fields);
    } else {
      const { partsOf } = await import("./imported");
      this.writing.put({ parts: partsOf(whole.blocks as never), fields });
    }
    this.#revision = whole.revision;
    this.#before = editedOf(this.writing, this.#language);
  }

  #changed(): void {
    if (this.trouble.peek().words) this.trouble.value = { words: "" };
    this.#keep();
    clearTimeout(this.#counting);
    this.#counting = setTimeout(() => this.#count(), QUIET_MS);
    if (!this.edits && this.ready.peek() && !this.writing.empty.peek()) this.#telling.writing();
  }

  /** Keep what is written now; nothing is as good as forgotten. */
  #keep(): void {
    // What was kept before must be read first.
    if (!this.ready.peek()) return;
    const aside = this.writing.aside.peek();
    const state: State = {
      ...this.writing.plain(),
      aside,
      revision: this.#revision,
      before: this.#before,
    };
    const nothing = !this.edits && this.writing.empty.peek() && !aside.length;
    const kept = nothing
      ? forget(this.story.slug, this.#about)
      : keep(this.story.slug, this.#about, state);
    kept.catch(() => {
      this.trouble.value = { words: t("composer.not_kept") };
    });
  }

  #count(): void {
    const { parts } = this.writing.plain();
    this.words.value = parts.reduce(
      (sum, part) => sum + (part.kind === "text" ? words(part.text) : 0),
      0,
    );
  }

  /** The parts as they are, for the preview: reads signals. */
  get markdown(): string {
    for (const part of this.writing.parts.value) {
      if (part.kind === "text") part.text.value;
      else part.block.value;
    }
    return this.writing.markdown;
  }
}
