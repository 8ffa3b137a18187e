import type { Messages } from "..";
import type { composer as english } from "../en/composer";

export const composer: Pick<Messages, keyof typeof english> = {
  "composer.title": "composer",
};
