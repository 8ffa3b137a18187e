// The list of stories. To be built.

export function StoryList() {
  return <section class="stories" />;
}
