// The picture above a story, with the words that no picture is published without.

import { useSignal, useSignalEffect } from "@preact/signals";
import { t } from "../messages";
import { addPicture, pictures, retryPicture } from "../outbox/pictures";
import type { Image } from "../types";
import { Button } from "../ui/button";
import { complain } from "../ui/complain";
import { Line } from "../ui/field";
import type { HeadEditing } from "./editing";

const WORDS = ["alt", "caption", "credit"] as const;

/** Whether a picture that was changed lacks some of its words. */
export const wordsMissing = (editing: HeadEditing): boolean => {
  const picture = editing.edit.value.picture;
  return Boolean(picture) && WORDS.some((word) => !picture?.[word]?.trim());
};

export function Lead({ editing, readOnly }: { editing: HeadEditing; readOnly: boolean }) {
  const local = useSignal("");
  const coming = pictures.value[local.value];
  useSignalEffect(() => {
    const arrived = pictures.value[local.value]?.uploaded;
    if (!arrived) return;
    local.value = "";
    const words = editing.get("picture");
    editing.set({ picture: { ...arrived.image, ...pick(words) } });
  });
  const picture = editing.get("picture");
  const choose = async (event: { currentTarget: HTMLInputElement }) => {
    const [file] = event.currentTarget.files ?? [];
    if (!file) return;
    try {
      local.value = (await addPicture(file, file.name)).id;
    } catch (error) {
      complain(error);
    }
  };
  const shown = coming?.url ?? picture?.src;
  return (
    <fieldset class="lead">
      <legend class="legend">{t("about.picture")}</legend>
      {shown && <img src={shown} alt={picture?.alt ?? ""} />}
      {coming?.state === "uploading" && (
        <progress
          value={coming.progress}
          aria-label={t("about.picture_uploading", { percent: Math.round(coming.progress * 100) })}
        />
      )}
      {coming?.state === "failed" && (
        <p class="field-error">
          {t("about.picture_failed", { why: coming.error ?? "" })}
          <Button onClick={() => retryPicture(coming.id)}>{t("app.retry")}</Button>
        </p>
      )}
      {!readOnly && (
        <p class="buttons">
          <label class="button">
            {t(shown ? "about.picture_replace" : "about.picture_add")}
            <input class="unseen" type="file" accept="image/*" onChange={choose} />
          </label>
          {picture && (
            <Button look="danger" onClick={() => editing.set({ picture: null })}>
              {t("about.picture_remove")}
            </Button>
          )}
        </p>
      )}
      {picture && <Words picture={picture} editing={editing} readOnly={readOnly} />}
    </fieldset>
  );
}

function Words(given: { picture: Image; editing: HeadEditing; readOnly: boolean }) {
  const { picture, editing, readOnly } = given;
  const changed = Boolean(editing.edit.value.picture);
  return (
    <>
      {WORDS.map((word) => (
        <Line
          key={word}
          label={t(`about.${word}`)}
          maxLength={1000}
          readOnly={readOnly}
          error={changed && !picture[word]?.trim() ? t("about.words_missing") : undefined}
          value={picture[word] ?? ""}
          onInput={(event) =>
            editing.set({ picture: { ...picture, [word]: event.currentTarget.value } })
          }
        />
      ))}
    </>
  );
}

/** The words that were written for the picture before stay, for the editor to look at. */
const pick = (picture: Image | null | undefined) => ({
  alt: picture?.alt ?? "",
  caption: picture?.caption ?? "",
  credit: picture?.credit ?? "",
});
