import { about } from "./about";
import { app } from "./app";
import type { composer } from "./composer";
import { outbox } from "./outbox";
import { stories } from "./stories";
import { timeline, timelineMore } from "./timeline";

const first = { ...about, ...app, ...outbox, ...stories, ...timeline, ...timelineMore };
/** The composer's words come with the composer (`learn`). */
export const en = first as typeof first & typeof composer;
