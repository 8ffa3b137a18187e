// What the write API sends and takes, besides what the public sees (shared/wire.ts).

import type { Correction, Head, Update } from "../shared/wire";

export type Permission =
  | "read"
  | "own"
  | "draft"
  | "post"
  | "edit"
  | "retract"
  | "approve"
  | "publish"
  | "erase"
  | "people"
  | "audit";

export interface Me {
  id: string;
  name: string;
  full_name: string;
  role: string;
  permissions: Permission[];
  stories: string[] | null;
}

export interface Colleague {
  name: string;
  full_name: string;
  role: string;
}

/** A picture as a block of an update, or as a story's lead. */
export interface Image {
  src: string;
  alt?: string;
  caption?: string;
  credit?: string;
  width?: number;
  height?: number;
}

export interface StoryHead extends Head {
  planned_end?: string | null;
  picture?: Image | null;
  tags?: string[];
}

/** An update as the newsroom reads it: with its Markdown, published or not. */
export interface Written extends Update {
  story: string;
  text?: string;
  cursor?: string;
  url?: string;
  draft?: boolean;
  due?: string;
  submitted_by?: string;
  author?: string;
  private?: boolean;
  returned?: string;
}

export interface NewCorrection {
  kind: Correction["kind"];
  note: string;
}

/** What an update is made of, as it is posted or edited. */
export interface Content {
  text?: string;
  title?: string;
  byline?: string;
  key_event?: boolean;
  pinned?: boolean;
  breaking?: boolean;
  verification?: Update["verification"] | null;
  source?: string;
  tags?: string[];
  displayed?: string | null;
  embargo?: string | null;
  draft?: boolean;
  private?: boolean;
  emergency?: boolean;
  correction?: NewCorrection;
}

export interface Rules {
  approval: boolean;
  breaking_approval: boolean;
  undo_seconds: number;
  close_after_hours: number;
}

export interface Note {
  id: string;
  update?: string;
  text: string;
  by: string;
  at: string;
}

export interface Revision {
  revision: number;
  kind: string;
  at: string;
  by: string;
  update: Written;
}

export interface Uploaded {
  id: string;
  src: string;
  width: number;
  height: number;
  image: Image;
}

/** A story in the list, as the desk's stream tells of it. */
export interface Overview {
  slug: string;
  headline: string;
  kicker?: string;
  status: Head["status"];
  language: string;
  revision: number;
  changed: string;
  readers: number;
  present: string[];
  waiting: number;
  scheduled: number;
  closes?: string | null;
}

export interface Present {
  connection: string;
  name: string;
  full_name: string;
  doing: "reading" | "writing" | "editing";
  update?: string;
  since: string;
}

export interface Figures {
  readers: number;
  p50_ms?: number | null;
  p95_ms?: number | null;
  store: "reachable" | "out of reach";
  at: string;
}
