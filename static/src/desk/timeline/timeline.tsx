// The timeline and what waits as the other rooms see them. What they are made of is fetched beside
// the first page, so that the list of stories does not wait for it.

import type { LiveStory } from "../live/story";
import { Lazy } from "../ui/lazy";

export { Presence } from "./presence";

const load = () => import("./feed");
const timeline = () => load().then(({ Timeline }) => Timeline);
const waiting = () => load().then(({ Waiting }) => Waiting);
// In a story it is needed in a moment: it is fetched while the story is asked for.
if (location.pathname.startsWith("/desk/stories/")) load().catch(() => {});

/** All updates of a story, newest first. */
export function Timeline({ story }: { story: LiveStory }) {
  return <Lazy load={timeline} props={{ story }} />;
}

/** Submissions, scheduled updates and drafts. */
export function Waiting({ story }: { story: LiveStory }) {
  return <Lazy load={waiting} props={{ story }} />;
}
