// To be written by whoever builds this room.

export const timeline = {
  "timeline.title": "timeline",
};
