import type { Messages } from "..";
import type { stories as english } from "../en/stories";

export const stories: Pick<Messages, keyof typeof english> = {
  "stories.title": "stories",
};
