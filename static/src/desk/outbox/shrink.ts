// Makes a picture on the device no larger than readers need it: less to send with one bar of signal.

const LONGEST_PX = 2560;
const QUALITY = 0.85;
const SMALL_BYTES = 1_000_000;
const HEAD_BYTES = 65_536;

/** The picture with its longest side 2,560 px at most, upright; small or moving ones as they are.
 *
 * Throws where the browser cannot read it. */
export async function shrink(file: Blob): Promise<Blob> {
  if (await moves(file)) return file;
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
    if (scale === 1 && file.size <= SMALL_BYTES) return file;
    const made = await drawn(
      picture,
      scale,
      file.type === "image/jpeg" ? "image/jpeg" : "image/webp",
    );
    return scale === 1 && made.size >= file.size ? file : made;
  } finally {
    picture.close();
  }
}

async function drawn(picture: ImageBitmap, scale: number, type: string): Promise<Blob> {
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
  const made = await canvas.convertToBlob({ type, quality: QUALITY });
  // Browsers that cannot make WebP give a PNG, which is large for a photograph.
  return made.type === type || made.size <= SMALL_BYTES
    ? made
    : canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}

/** Whether it is an animation, by its first bytes (GIF; APNG's acTL; WebP's ANIM). */
async function moves(file: Blob): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const text = new TextDecoder("latin1").decode(head);
  return (
    text.startsWith("GIF8") ||
    (text.slice(1, 4) === "PNG" && text.includes("acTL")) ||
    (text.slice(8, 12) === "WEBP" && text.slice(12, 64).includes("ANIM"))
  );
}
