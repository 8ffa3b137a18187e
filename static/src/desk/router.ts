// Where in the desk somebody is: the address, as a signal.

import { computed, signal } from "@preact/signals";

export interface Place {
  page: "stories" | "story";
  story: string;
  /** A part of the story's page: waiting, about. */
  part: string;
}

const path = signal(location.pathname);
addEventListener("popstate", () => {
  path.value = location.pathname;
});

export const place = computed<Place>(() => {
  const [, , page, story = "", part = ""] = path.value.split("/");
  return page === "stories" && story
    ? { page: "story", story: decodeURIComponent(story), part }
    : { page: "stories", story: "", part: "" };
});

export function go(to: string): void {
  if (to === location.pathname) return;
  history.pushState(null, "", to);
  path.value = location.pathname;
  scrollTo(0, 0);
}

export const storyPath = (slug: string, part = ""): string =>
  `/desk/stories/${slug}${part && `/${part}`}`;
