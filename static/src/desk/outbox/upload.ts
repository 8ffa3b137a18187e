// One picture on its way, with its progress: fetch does not tell how much has left.

import { address, signedOut } from "../api";
import type { Uploaded } from "../types";
import type { Picture } from "./pictures";

/** Why it did not arrive. Status 0: no answer came. */
export interface Refused {
  status: number;
  words: string;
  retryAfter: number;
}

// A link so slow that nothing moves for as long is none.
const STALLED_MS = 60_000;

/** Upload it; `moved` is told how much has left, 0 to 1. Throws Refused. */
export function upload(picture: Picture, moved: (progress: number) => void): Promise<Uploaded> {
  const form = new FormData();
  form.append("file", picture.blob, picture.name || "picture");
  const request = new XMLHttpRequest();
  request.open("POST", address("/media"));
  request.setRequestHeader("Idempotency-Key", picture.key);
  request.setRequestHeader("Liveblog-Person", picture.person);
  request.setRequestHeader("Accept", "application/json");
  let stalled: ReturnType<typeof setTimeout>;
  const alive = () => {
    clearTimeout(stalled);
    stalled = setTimeout(() => request.abort(), STALLED_MS);
  };
  request.upload.onprogress = ({ loaded, total }) => {
    alive();
    moved(total ? loaded / total : 0);
  };
  return new Promise((resolve, reject) => {
    request.onloadend = () => {
      clearTimeout(stalled);
      const answer = parsed(request.responseText);
      if (request.status === 201 && answer.src) {
        signedOut.value = false;
        resolve(answer as unknown as Uploaded);
      } else reject(refused(request, answer));
    };
    alive();
    request.send(form);
  });
}

function refused(request: XMLHttpRequest, answer: Record<string, unknown>): Refused {
  const good = request.status >= 200 && request.status < 300;
  if (request.status === 401) signedOut.value = true;
  return {
    // An answer that is cut off is none.
    status: good ? 0 : request.status,
    words: String(answer.detail ?? answer.title ?? request.statusText),
    retryAfter: Number(request.getResponseHeader("Retry-After")) || 0,
  };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
