// To be written by whoever builds this room.

export const stories = {
  "stories.title": "stories",
};
