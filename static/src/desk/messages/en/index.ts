import { about } from "./about";
import { app } from "./app";
import type { composer } from "./composer";
import { outbox } from "./outbox";
import { stories } from "./stories";
import type { timeline } from "./timeline";
import type { timelineMore } from "./timeline_more";

const first = { ...about, ...app, ...outbox, ...stories };
/** The words of what is fetched beside the first page come with it (`learn`). */
export const en = first as typeof first & typeof composer & typeof timeline & typeof timelineMore;
