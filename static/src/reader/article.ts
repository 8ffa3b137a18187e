// An update as readers see it. liveblog/templates/_update.html and _corrections.html make the same
// elements in the same order with the same classes: change both or neither.

import { fragment, h } from "../shared/elements";
import { dated, time } from "../shared/times";
import type { Correction, Update } from "../shared/wire";

const VERIFICATION = {
  confirmed: "Confirmed",
  reported: "Reported, not yet confirmed",
  disputed: "Disputed",
  withdrawn: "Withdrawn",
};

const CORRECTION = {
  update: "Updated",
  clarification: "Clarification",
  correction: "Correction",
  withdrawn: "Withdrawn",
};

const text = (tag: string, name: string, words: string | undefined) =>
  words ? h(tag, { class: name }, words) : undefined;

const label = (kind: string, words: string) => h("span", { class: `label label-${kind}` }, words);

/** The notices of a story or an update; undefined where there are none. */
export function corrections(list: Correction[] | undefined): HTMLElement | undefined {
  if (!list?.length) return undefined;
  const one = ({ kind, at, note }: Correction) =>
    h(
      "li",
      { class: "correction" },
      h("strong", {}, CORRECTION[kind]),
      " ",
      time(at),
      " ",
      h("p", {}, note),
    );
  return h("ul", { class: "corrections" }, ...list.map(one));
}

/** `parse` makes nodes of the update's HTML, for pages where its addresses must be made whole. */
export function article(update: Update, url: string, parse = fragment): HTMLElement {
  const { id, title } = update;
  return h(
    "article",
    {
      class: classes(update),
      id: `u-${id}`,
      "data-id": id,
      "data-revision": String(update.revision),
      "data-dated": dated(update),
      tabindex: "-1",
      dir: "auto",
      "aria-labelledby": title ? `t-${id} h-${id}` : `t-${id}`,
    },
    top(update, url),
    body(update, parse),
  );
}

function classes(update: Update): string {
  const kinds = [
    update.pinned && "update-pinned",
    update.key_event && "update-key",
    update.breaking && "update-breaking",
    update.status === "retracted" && "update-retracted",
  ];
  return ["update", ...kinds.filter(Boolean)].join(" ");
}

function top(update: Update, url: string): HTMLElement {
  const { verification } = update;
  return h(
    "header",
    { class: "update-top" },
    h("a", { class: "update-time", id: `t-${update.id}`, href: url }, time(dated(update))),
    update.pinned && label("pinned", "Pinned"),
    update.breaking && label("breaking", "Breaking"),
    update.key_event && label("key", "Key event"),
    verification && label(verification, VERIFICATION[verification]),
    update.status === "retracted" && label("withdrawn", "Retracted"),
  );
}

function body(update: Update, parse: typeof fragment): HTMLElement {
  const { id, title, html, tags } = update;
  const notice =
    update.status === "retracted" ? update.notice || "This update has been retracted." : undefined;
  return h(
    "div",
    { class: "update-body" },
    title && h("h2", { class: "update-title", id: `h-${id}` }, title),
    text("p", "update-byline", update.byline),
    text("p", "update-notice", notice),
    html && h("div", { class: "prose" }, parse(html)),
    corrections(update.corrections),
    text("p", "update-source", update.source && `Source: ${update.source}`),
    tags?.length && h("ul", { class: "tags" }, ...tags.map((tag) => h("li", {}, tag))),
  );
}
