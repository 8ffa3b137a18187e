// The desk's signs, drawn by us on a 24 pixel grid; strokes take the colour of the text.

const PATHS = {
  add: "M12 5v14M5 12h14",
  bold: "M7 5h6a3.5 3.5 0 0 1 0 7H7zM7 12h7a3.5 3.5 0 0 1 0 7H7z",
  breaking: "M13 3 5 14h6l-1 7 8-11h-6z",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v5M16 3v5",
  camera: "M4 8h4l2-3h4l2 3h4v11H4zM12 17a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7",
  check: "m5 13 4 4L19 7",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5l3.5 2",
  close: "M6 6l12 12M18 6 6 18",
  crop: "M7 2v15h15M2 7h15v15",
  down: "m6 9 6 6 6-6",
  drag: "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  embed: "m8 8-4 4 4 4M16 8l4 4-4 4M14 5l-4 14",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6",
  filter: "M4 5h16l-6 8v6l-4-2v-4z",
  history: "M4 12a8 8 0 1 0 3-6.2L4 8M4 3v5h5M12 8v4l3 2",
  italic: "M10 5h8M6 19h8M14 5l-4 14",
  key: "M12 3l2.6 5.6 6 .7-4.4 4.1 1.2 6L12 16.4 6.6 19.4l1.2-6L3.4 9.3l6-.7z",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 6 6l1-1",
  list: "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
  lock: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3",
  menu: "M4 7h16M4 12h16M4 17h16",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  note: "M5 4h14v11l-5 5H5zM14 20v-5h5",
  pause: "M9 6v12M15 6v12",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6.3M18 14.5a6.5 6.5 0 0 1 3.5 5.5",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  quote: "M5 17c3 0 4-2 4-5V7H4v5h3M15 17c3 0 4-2 4-5V7h-5v5h3",
  rule: "M4 12h16",
  score: "M4 6h16v12H4zM12 6v12M8 10v4M15 10h2v4h-2z",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14M16 16l5 5",
  send: "M4 12 20 4l-5 16-3-7z",
  settings:
    "M4 7h10M18 7h2M16 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4M4 17h2M10 17h10M8 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4",
  table: "M4 5h16v14H4zM4 10h16M4 15h16M10 5v14",
  tag: "M4 4h8l8 8-8 8-8-8zM8 8h.01",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  undo: "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6",
  up: "m6 15 6-6 6 6",
  warning: "M12 4 2.5 20h19zM12 10v5M12 17.5h.01",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
