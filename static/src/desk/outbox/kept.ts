// What somebody is writing, kept at every keystroke per story and tab. To be built.

/** What a composer holds; anything that can be cloned. */
export interface Kept<State> {
  story: string;
  /** "new", or the id of the update that is edited. */
  about: string;
  tab: string;
  state: State;
  at: number;
}

export async function keep<State>(_story: string, _about: string, _state: State): Promise<void> {}

/** What this tab kept, else what a tab that is gone left behind. */
export async function recall<State>(
  _story: string,
  _about: string,
): Promise<Kept<State> | undefined> {
  return undefined;
}

export async function forget(_story: string, _about: string): Promise<void> {}
