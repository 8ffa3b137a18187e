// To be written by whoever builds this room.

export const composer = {
  "composer.title": "composer",
};
