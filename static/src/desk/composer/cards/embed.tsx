// Somebody else's page, by its link. The server looks at it, so that no browser has to.

import { useEffect, useState } from "preact/hooks";
import { ask } from "../../api";
import { t } from "../../messages";
import { Button } from "../../ui/button";
import { Line } from "../../ui/field";
import type { Editing } from "../cards";
import { isAddress } from "../markdown";
import type { BlockOf } from "../parts";

const SCHEME = "https://";

interface Found {
  block: BlockOf<"embed">;
  title: string;
  description: string;
  site: string;
}

export function EmbedCard({ block, set, acts, part }: Editing<"embed">) {
  const [looking, setLooking] = useState(false);
  const [failed, setFailed] = useState(false);
  const { url } = block;
  useEffect(() => {
    if (!isAddress(url) || block.title || block.text) return;
    const over = new AbortController();
    setLooking(true);
    setFailed(false);
    ask<Found>("/unfurl", { method: "POST", body: { url }, signal: over.signal })
      .then(
        (found) => set({ ...found.block, url: found.block.url || url }),
        // It stays a plain link, which is what readers see of an embed anyway before they click.
        () => !over.signal.aborted && setFailed(true),
      )
      .finally(() => !over.signal.aborted && setLooking(false));
    return () => over.abort();
  }, [url]);

  const asText = () => {
    const { writing } = acts;
    const parts = writing.parts.peek();
    const above = parts[parts.indexOf(part) - 1];
    writing.remove(part);
    if (above?.kind === "text") {
      const text = above.text.peek();
      writing.typed(above, `${text}${text && !text.endsWith("\n") ? "\n\n" : ""}<${url}> `);
    }
  };
  if (!block.title && !block.text && !looking) {
    return (
      <>
        <Line
          label={t("composer.address")}
          type="url"
          dir="ltr"
          placeholder={SCHEME}
          value={url}
          hint={failed ? t("composer.no_preview") : undefined}
          onChange={(event) => set({ url: event.currentTarget.value.trim() })}
        />
        {failed && (
          <Button look="quiet" icon="link" onClick={asText}>
            {t("composer.as_link")}
          </Button>
        )}
      </>
    );
  }
  return (
    <div class="embed-found" aria-busy={looking}>
      <small>{block.provider || host(url)}</small>
      <strong dir="auto">{looking ? t("composer.looking") : block.title}</strong>
      {block.text && <p dir="auto">{block.text}</p>}
      <a href={url} target="_blank" rel="noreferrer noopener" dir="ltr">
        {url}
      </a>
    </div>
  );
}

const host = (url: string): string => (URL.canParse(url) ? new URL(url).host : "");
