// What a timeline shows: what is published with what is under way laid over it, and the drafts.

import type { Update } from "../../shared/wire";
import { place } from "../live/story";
import type { Job } from "../outbox";
import type { Written } from "../types";

/** An update, published or not; of what is published the text is fetched when it is needed. */
export type Item = Update &
  Partial<Pick<Written, "draft" | "due" | "submitted_by" | "author" | "private" | "returned">> & {
    /** Something done here is still on its way to the server. */
    under_way?: boolean;
  };

const ON_ITS_WAY: Job["state"][] = ["held", "queued", "sending"];

export const isRetracted = (item: Item): boolean => item.status === "retracted";
export const isPublic = (item: Item): boolean => !item.draft && !isRetracted(item);
export const since = (item: Item): string => item.displayed ?? item.published;

/** The published updates as they will be when what is on its way has arrived; newest first. */
export function expected(updates: Update[], jobs: Job[], story: string): Item[] {
  const changes = jobs.filter(
    (job) => job.story === story && job.update && ON_ITS_WAY.includes(job.state),
  );
  if (!changes.length) return updates;
  const items = updates.map((update) => changes.reduce<Item>(changed, update));
  const moved = changes.some((job) => job.content.displayed !== undefined);
  return moved ? items.sort((a, b) => (place(a) < place(b) ? 1 : -1)) : items;
}

function changed(item: Item, job: Job): Item {
  if (job.update !== item.id) {
    return job.kind === "pin" && item.pinned ? { ...item, pinned: false } : item;
  }
  switch (job.kind) {
    case "pin":
      return { ...item, pinned: true, under_way: true };
    case "unpin":
      return { ...item, pinned: false, under_way: true };
    case "retract":
      return {
        id: item.id,
        revision: item.revision,
        published: item.published,
        status: "retracted",
        notice: job.content.reason ?? "",
        under_way: true,
      };
    default:
      return edited(item, job);
  }
}

/** All but the text, of which only the server knows how readers will see it. */
function edited(item: Item, { content }: Job): Item {
  const { text: _, correction: __, reason: ___, displayed, verification, ...rest } = content;
  const { displayed: before, ...others } = item;
  const at = displayed === undefined ? before : displayed;
  const trust = verification === undefined ? item.verification : verification;
  const { embargo: ____, draft: _____, emergency: ______, ...shown } = rest;
  return {
    ...others,
    ...shown,
    ...(at ? { displayed: at } : {}),
    ...(trust ? { verification: trust } : {}),
    under_way: true,
  };
}

/** The drafts without those that are being published or dropped; what waits longest first. */
export function waiting(drafts: Written[], jobs: Job[], story: string): Written[] {
  const leaving = jobs.filter(
    (job) => job.story === story && job.state !== "failed" && leaves(job),
  );
  const gone = new Set(leaving.map((job) => job.update));
  return drafts.filter(({ id }) => !gone.has(id));
}

const leaves = ({ kind, content }: Job) =>
  kind === "approve" || kind === "retract" || (kind === "edit" && content.draft === false);
