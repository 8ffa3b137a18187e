// Parts of an update that came without Markdown: imported, or posted as blocks.

import { type Block, normal, type Part } from "./parts";
import { markdownOf } from "./paste";

interface Stored {
  type: string;
  html?: string;
  items?: string[];
  ordered?: boolean;
  start?: number;
}

const text = (words: string): Part => ({ kind: "text", text: words });

export function partsOf(blocks: Stored[]): Part[] {
  return normal(blocks.map(partOf));
}

function partOf(block: Stored): Part {
  if (block.type === "text") return text(markdownOf(block.html ?? ""));
  if (block.type !== "list") return { kind: "block", block: block as Block };
  const tag = block.ordered ? `ol start="${block.start ?? 1}"` : "ul";
  const items = (block.items ?? []).map((item) => `<li>${item}</li>`).join("");
  return text(markdownOf(`<${tag}>${items}</${tag.slice(0, 2)}>`));
}
