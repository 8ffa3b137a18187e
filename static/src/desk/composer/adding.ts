// Pictures on their way in, and pieces of them.

import { t } from "../messages";
import { addPicture, type LocalPicture, shrink } from "../outbox/pictures";
import { myName } from "../state";
import { say } from "../ui/toast";
import { localSrc } from "./parts";
import type { Writing } from "./writing";

/** Longer sides than that no reader is sent. */
const LONGEST = 2560;
const QUALITY = 0.85;
/** What the server takes. */
const MOST_BYTES = 25 * 1024 * 1024;

/** Put pictures where the caret is, in the order in which they were chosen. Whose ``own`` they are
 * is asked of nobody: who holds the camera took them. */
export async function add(writing: Writing, files: Iterable<File>, own = false): Promise<void> {
  const credit = own && myName.peek() ? { credit: myName.peek() } : {};
  const taken: LocalPicture[] = [];
  for (const file of files) {
    try {
      taken.push(await take(file));
    } catch {
      say(t("composer.no_picture", { name: file.name }), { trouble: true });
    }
  }
  if (!taken.length) return;
  writing.insert(
    ...taken.map(({ id }) => ({ type: "image" as const, src: localSrc(id), ...credit })),
  );
}

async function take(file: File): Promise<LocalPicture> {
  const picture = await shrink(file);
  if (picture.size > MOST_BYTES) throw new Error("too large");
  return addPicture(picture, file.name);
}

/** A piece of a picture as JPEG, on white where it was transparent. */
export async function drawn(
  bitmap: ImageBitmap | HTMLImageElement,
  x: number,
  y: number,
  width: number,
  height: number,
  scale = Math.min(1, LONGEST / Math.max(width, height)),
): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(bitmap, x, y, width, height, 0, 0, canvas.width, canvas.height);
  return new Promise((made, failed) =>
    canvas.toBlob(
      (blob) => (blob ? made(blob) : failed(new Error("no picture"))),
      "image/jpeg",
      QUALITY,
    ),
  );
}
