import { useState } from "preact/hooks";
import { t } from "../../messages";
import { Line, Lines } from "../../ui/field";
import type { Editing } from "../cards";
import { paragraphs, plain } from "../html";

const SCHEME = "https://";

export function QuoteCard({ block, set }: Editing<"quote">) {
  // As it is typed: blanks at its ends are not in the HTML.
  const [said, setSaid] = useState(() => plain(block.html));
  return (
    <>
      <Lines
        label={t("composer.quote_text")}
        value={said}
        onInput={(event) => {
          setSaid(event.currentTarget.value);
          set({ html: paragraphs(event.currentTarget.value) });
        }}
      />
      <div class="card-pair">
        <Line
          label={t("composer.attribution")}
          value={block.attribution ?? ""}
          maxLength={1000}
          onInput={(event) => set({ attribution: event.currentTarget.value })}
        />
        <Line
          label={t("composer.quote_link")}
          type="url"
          dir="ltr"
          placeholder={SCHEME}
          value={block.url ?? ""}
          onInput={(event) => set({ url: event.currentTarget.value })}
        />
      </div>
    </>
  );
}
