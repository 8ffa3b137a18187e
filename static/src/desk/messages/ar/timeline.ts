import type { Messages } from "..";
import type { timeline as english } from "../en/timeline";

export const timeline: Pick<Messages, keyof typeof english> = {
  "timeline.title": "timeline",
};
