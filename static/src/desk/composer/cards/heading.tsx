import { t } from "../../messages";
import type { Editing } from "../cards";
import { inline, plain } from "../html";

export const HeadingCard = ({ block, set }: Editing<"heading">) => (
  <input
    class="bare card-heading-words"
    dir="auto"
    aria-label={t("composer.heading")}
    placeholder={t("composer.heading")}
    value={plain(block.html)}
    onInput={(event) => set({ html: inline(event.currentTarget.value) })}
  />
);
