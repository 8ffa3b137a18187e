// Plain text in blocks whose field is HTML of the service's small subset.

import { fragment } from "../../shared/elements";

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Paragraphs. */
export const paragraphs = (text: string): string =>
  text
    .split(/\n{2,}/)
    .filter((words) => words.trim())
    .map((words) => `<p>${escaped(words.trim()).replaceAll("\n", "<br>")}</p>`)
    .join("");

/** One line. */
export const inline = (text: string): string => escaped(text);

export function plain(html: string): string {
  const lines = html.replace(/<br\s*\/?>/g, "\n").replace(/<\/p>\s*<p>/g, "\n\n");
  return fragment(lines).textContent ?? "";
}
