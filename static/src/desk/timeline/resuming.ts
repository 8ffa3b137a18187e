// What comes of writes: answers are taken in, and what only sets a mark is set on the newer version.

import type { LiveStory } from "../live/story";
import { type Job, retry } from "../outbox";
import { put } from "./actions";

/** Whatever else somebody wrote meanwhile, these stand by themselves. */
const MARKS = new Set(["key_event", "displayed"]);

const onlyMarks = ({ kind, content }: Job): boolean =>
  kind === "edit" && Object.keys(content).every((name) => MARKS.has(name));

const approving = new Set<string>();

/** Approve a submission as soon as what was changed in it is stored, as it is then. */
export const approveOnceSaved = (update: string): void => {
  approving.add(update);
};

export function resume(story: LiveStory, jobs: Job[]): void {
  for (const job of jobs) {
    if (job.story !== story.slug) continue;
    if (job.answer && !job.answer.draft) story.take(job.answer);
    if (job.kind === "edit" && job.answer?.draft && approving.delete(job.answer.id)) {
      void put(story, job.answer, "approve");
    }
    const current = Number(job.error?.fields.revision);
    if (job.state === "failed" && job.error?.status === 412 && onlyMarks(job) && current) {
      void retry(job.id, job.content, current);
    }
  }
}
