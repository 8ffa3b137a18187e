// Pictures on their way: kept on this device until they are uploaded. To be built.

import { signal } from "@preact/signals";
import type { Uploaded } from "../types";

export interface LocalPicture {
  /** In an update's text a picture that is not uploaded yet has the address "local:ID". */
  id: string;
  name: string;
  /** To show it at once. */
  url: string;
  state: "waiting" | "uploading" | "failed" | "done";
  /** 0 to 1. */
  progress: number;
  error?: string;
  uploaded?: Uploaded;
}

export const pictures = signal<Record<string, LocalPicture>>({});

/** Keep a picture (shrunk already) and begin to upload it. */
export async function addPicture(_picture: Blob, _name: string): Promise<LocalPicture> {
  throw new Error("to be built");
}

export async function retryPicture(_id: string): Promise<void> {}
