// A picture with the words it needs. It is shown from this device at once; how far its upload is
// stands below it, and keeps nobody from writing on or from posting.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../messages";
import { pictures, retryPicture } from "../../outbox/pictures";
import { Button } from "../../ui/button";
import { Line, Lines } from "../../ui/field";
import { later } from "../../ui/later";
import type { Editing } from "../cards";
import type { Cropping } from "../cropper";
import { localId, localSrc } from "../parts";

const Cropper = later<Cropping>(async () => (await import("../cropper")).Cropper);

export function PictureCard({ block, set }: Editing<"image">) {
  const id = localId(block.src);
  const local = id === undefined ? undefined : pictures.value[id];
  const cropping = useSignal(false);
  // Another site's picture is not loaded here: that site would learn of it.
  const shown = local?.url ?? (block.src.startsWith("/") ? block.src : "");
  const uploaded = local?.state === "done" ? local.uploaded : undefined;
  useEffect(() => {
    if (uploaded) set({ src: uploaded.src, width: uploaded.width, height: uploaded.height });
  }, [uploaded]);
  return (
    <>
      <div class="picture-shown">
        {shown ? (
          <img src={shown} alt={block.alt || t("composer.picture_shown")} />
        ) : (
          id === undefined && <span dir="ltr">{block.src}</span>
        )}
        {local?.state === "uploading" && (
          <progress max={1} value={local.progress} aria-label={t("composer.uploading")} />
        )}
      </div>
      {local?.state === "failed" && (
        <p class="picture-failed" role="alert">
          {local.error || t("composer.not_uploaded")}{" "}
          <Button look="quiet" icon="undo" onClick={() => retryPicture(local.id)}>
            {t("app.retry")}
          </Button>
        </p>
      )}
      {shown && (
        <Button
          look="quiet"
          icon="crop"
          class="picture-crop"
          onClick={() => {
            cropping.value = true;
          }}
        >
          {t("composer.crop")}
        </Button>
      )}
      <Lines
        label={t("composer.caption")}
        data-field="caption"
        maxLength={1000}
        value={block.caption ?? ""}
        onInput={(event) => set({ caption: event.currentTarget.value })}
      />
      <div class="card-pair">
        <Line
          label={t("composer.credit")}
          data-field="credit"
          maxLength={1000}
          value={block.credit ?? ""}
          onInput={(event) => set({ credit: event.currentTarget.value })}
        />
        <Line
          label={t("composer.alt")}
          data-field="alt"
          hint={t("composer.alt_hint")}
          maxLength={1000}
          value={block.alt ?? ""}
          onInput={(event) => set({ alt: event.currentTarget.value })}
        />
      </div>
      {cropping.value && shown && (
        <Cropper
          src={shown}
          name={local?.name ?? "picture.jpg"}
          close={() => {
            cropping.value = false;
          }}
          cropped={(picture) => {
            const { src: _, width: __, height: ___, ...words } = block;
            set({ ...words, src: localSrc(picture.id), ...UNKNOWN_SIZE });
          }}
        />
      )}
    </>
  );
}

// The server measures what it is given.
const UNKNOWN_SIZE: object = { width: undefined, height: undefined };
