import type { Messages } from "..";
import { app } from "./app";
import { composer } from "./composer";
import { outbox } from "./outbox";
import { stories } from "./stories";
import { timeline } from "./timeline";

export const ar: Messages = { ...app, ...composer, ...outbox, ...stories, ...timeline };
