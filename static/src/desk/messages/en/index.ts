import type { about } from "./about";
import { app } from "./app";
import type { composer } from "./composer";
import { outbox } from "./outbox";
import { stories } from "./stories";
import type { timeline } from "./timeline";
import type { timelineMore } from "./timeline_more";

const first = { ...app, ...outbox, ...stories };
type Later = typeof about & typeof composer & typeof timeline & typeof timelineMore;

/** The words of the other rooms come with them (`learn`). */
export const en = first as typeof first & Later;
