// Cropping on the device, by pointer and by keys. Our own: cropperjs writes its elements with
// innerHTML, which the desk's policy forbids.

import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../messages";
import { addPicture, type LocalPicture } from "../outbox/pictures";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { drawn } from "./adding";

export interface Cropping {
  src: string;
  name: string;
  close: () => void;
  cropped: (picture: LocalPicture) => void;
}

/** In parts of the picture's width and height, 0 to 1. */
interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const SHAPES: Record<string, number | undefined> = {
  free: undefined,
  "16:9": 16 / 9,
  "3:2": 3 / 2,
  "1:1": 1,
  "4:5": 4 / 5,
};
const SMALLEST = 0.05;
const STEP = 0.01;
const WHOLE: Box = { x: 0, y: 0, width: 1, height: 1 };
const within = (value: number, least: number, most: number) =>
  Math.min(most, Math.max(least, value));

/** The largest box of that shape, in the middle. ``ratio``: of the picture. */
function shaped(shape: number | undefined, ratio: number): Box {
  if (!shape) return WHOLE;
  const width = Math.min(1, shape / ratio);
  const height = Math.min(1, ratio / shape);
  return { x: (1 - width) / 2, y: (1 - height) / 2, width, height };
}

const moved = (box: Box, dx: number, dy: number): Box => ({
  ...box,
  x: within(box.x + dx, 0, 1 - box.width),
  y: within(box.y + dy, 0, 1 - box.height),
});

/** Its lower end corner elsewhere; with a shape the height follows. */
function resized(box: Box, dx: number, dy: number, shape: number | undefined, ratio: number): Box {
  const width = within(box.width + dx, SMALLEST, 1 - box.x);
  if (!shape) return { ...box, width, height: within(box.height + dy, SMALLEST, 1 - box.y) };
  const fits = Math.min(width, ((1 - box.y) * shape) / ratio);
  return { ...box, width: fits, height: (fits * ratio) / shape };
}

export function Cropper({ src, name, close, cropped }: Cropping) {
  const picture = useRef<HTMLImageElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [shape, setShape] = useState("free");
  const [ratio, setRatio] = useState(1);
  const [box, setBox] = useState<Box>(WHOLE);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    for (const side of ["x", "y", "width", "height"] as const) {
      element.style.setProperty(`--${side}`, `${box[side] * 100}%`);
    }
  }, [box]);

  const choose = (to: string) => {
    setShape(to);
    setBox(shaped(SHAPES[to], ratio));
  };
  const drag = (event: PointerEvent & { currentTarget: HTMLElement }, act: typeof moved) => {
    event.preventDefault();
    event.stopPropagation();
    const held = event.currentTarget;
    held.setPointerCapture(event.pointerId);
    const size = picture.current?.getBoundingClientRect();
    const { clientX, clientY } = event;
    const move = (now: PointerEvent) =>
      size &&
      setBox(act(box, (now.clientX - clientX) / size.width, (now.clientY - clientY) / size.height));
    held.addEventListener("pointermove", move);
    held.addEventListener(
      "lostpointercapture",
      () => held.removeEventListener("pointermove", move),
      {
        once: true,
      },
    );
  };
  const resize: typeof moved = (from, dx, dy) => resized(from, dx, dy, SHAPES[shape], ratio);
  const keyed = (event: KeyboardEvent) => {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[event.key as keyof typeof steps];
    if (!step) return;
    event.preventDefault();
    const [dx = 0, dy = 0] = step.map((one) => one * STEP);
    setBox(event.shiftKey ? resize(box, dx + (SHAPES[shape] ? dy : 0), dy) : moved(box, dx, dy));
  };
  const done = async () => {
    const image = picture.current;
    if (!image) return;
    const { naturalWidth: width, naturalHeight: height } = image;
    const piece = await drawn(
      image,
      box.x * width,
      box.y * height,
      box.width * width,
      box.height * height,
    );
    cropped(await addPicture(piece, name.replace(/\.\w+$/, ".jpg")));
    close();
  };
  return (
    <Dialog
      title={t("composer.crop")}
      shape="wide"
      close={close}
      foot={
        <>
          <Button onClick={close}>{t("app.cancel")}</Button>
          <Button look="strong" onClick={done}>
            {t("composer.crop")}
          </Button>
        </>
      }
    >
      <fieldset class="crop-shapes" aria-label={t("composer.shape")}>
        {Object.keys(SHAPES).map((one) => (
          <Button key={one} look="quiet" aria-pressed={shape === one} onClick={() => choose(one)}>
            {one === "free" ? t("composer.free") : one}
          </Button>
        ))}
      </fieldset>
      <div class="crop" dir="ltr">
        <img
          ref={picture}
          src={src}
          alt=""
          onLoad={(event) =>
            setRatio(event.currentTarget.naturalWidth / event.currentTarget.naturalHeight)
          }
        />
        <div
          ref={frame}
          class="crop-frame"
          role="application"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved by keys
          tabIndex={0}
          aria-label={t("composer.crop_keys")}
          onKeyDown={keyed}
          onPointerDown={(event) => drag(event, moved)}
        >
          <span class="crop-corner" onPointerDown={(event) => drag(event, resize)} />
        </div>
      </div>
    </Dialog>
  );
}
