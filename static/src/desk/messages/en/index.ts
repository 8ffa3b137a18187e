import { app } from "./app";
import { composer } from "./composer";
import { outbox } from "./outbox";
import { stories } from "./stories";
import { timeline } from "./timeline";

export const en = { ...app, ...composer, ...outbox, ...stories, ...timeline };
