// To be written by whoever builds this room.

export const outbox = {
  "outbox.title": "outbox",
};
