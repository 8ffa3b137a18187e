import type { Messages } from "..";
import { about } from "./about";
import { app } from "./app";
import { composer } from "./composer";
import { outbox } from "./outbox";
import { stories } from "./stories";
import { timeline } from "./timeline";
import { timelineMore } from "./timeline_more";

export const ar: Messages = {
  ...about,
  ...app,
  ...composer,
  ...outbox,
  ...stories,
  ...timeline,
  ...timelineMore,
};
