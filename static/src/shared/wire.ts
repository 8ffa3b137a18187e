// What the service sends: the public contract, as types. Fields at their default are left out.

export interface Correction {
  kind: "update" | "clarification" | "correction" | "withdrawn";
  note: string;
  at: string;
}

export interface Update {
  id: string;
  revision: number;
  published: string;
  /** The editorial time, where it is not that of publishing. */
  displayed?: string;
  modified?: string;
  title?: string;
  html?: string;
  byline?: string;
  key_event?: boolean;
  pinned?: boolean;
  breaking?: boolean;
  verification?: "confirmed" | "reported" | "disputed" | "withdrawn";
  source?: string;
  tags?: string[];
  corrections?: Correction[];
  status?: "published" | "retracted";
  notice?: string;
}

export interface Head {
  slug: string;
  revision: number;
  headline: string;
  status: "draft" | "live" | "paused" | "closed";
  language: string;
  opened: string;
  modified?: string;
  closed?: string;
  kicker?: string;
  standfirst?: string;
  byline?: string;
  contributors?: string[];
  status_line?: string;
  corrections?: Correction[];
}

/** A fact of the story's log: about one update, or about the story's head. */
export interface Change {
  cursor: string;
  story: string | Head;
  kind: string;
  at: string;
  update?: Update;
}

export interface State {
  cursor: string;
  story: Head;
  updates: Update[];
  more: boolean;
}

export interface Changes {
  cursor: string;
  changes: Change[];
  reset: boolean;
}
