import { article } from "../reader/article";
import { fragment, h } from "../shared/elements";
import { place, time } from "../shared/times";
import type { Update } from "../shared/wire";
import { Coverage, type Viewer } from "./coverage";
import css from "./embed.css?inline";
import { host } from "./host";

const USUAL = 20;
const MOST = 1000;
// A screen reader hears of new updates at most this often.
const ANNOUNCE_EVERY_MS = 20_000;
const STATE = {
  draft: "",
  live: "Live",
  paused: "Coverage is paused",
  closed: "This live coverage has ended",
};

export class LiveBlog extends HTMLElement implements Viewer {
  #coverage: Coverage | undefined;
  #articles = new Map<string, HTMLElement>();
  // What is newer waits until somebody asks for it.
  #newest = "";
  #announced = 0;
  #status = h("p", { class: "status", part: "status" });
  #pill = h("button", { type: "button", part: "pill" });
  #unseen = h("p", { class: "unseen", role: "status" });
  #feed = h("div", { role: "feed", "aria-label": "Updates" });
  #headline = h("a", {});
  #all = h("a", {}, "All updates");
  #box = h(
    "section",
    {},
    h("header", {}, this.#status, h("h2", {}, this.#headline)),
    h("div", { class: "pill" }, this.#pill),
    this.#unseen,
    this.#feed,
    h("footer", {}, this.#all),
  );

  get limit(): number {
    return Math.min(Number.parseInt(this.#given("limit"), 10) || USUAL, MOST);
  }

  connectedCallback(): void {
    const story = this.#given("story");
    this.#pill.onclick = () => this.#show();
    // A slug and nothing else: no other address of the host is ever asked for.
    if (!/^[a-z0-9-]+$/.test(story)) this.failed(`story="${story}"`);
    else this.#coverage = Coverage.join(`${host}/stories/${story}`, this);
  }

  disconnectedCallback(): void {
    this.#coverage?.leave(this);
  }

  changed(coverage: Coverage, update?: Update): void {
    try {
      this.#draw(coverage);
      if (!this.shadowRoot) this.#begin();
      if (update) this.#say("update", { update });
    } catch (why) {
      this.failed(why);
    }
  }

  failed(why: unknown): void {
    this.#say("error", { why });
  }

  /** Take the fallback's place. Throws where the page does not let us: then it stays. */
  #begin(): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(this.#box);
    this.#say("ready");
  }

  #draw({ head, isLive, updates, address }: Coverage): void {
    const all = [...updates.values()].sort((a, b) => (place(a) < place(b) ? 1 : -1));
    this.#newest ||= [...updates.keys()].sort().at(-1) ?? "";
    const known = all.filter(({ id }) => id <= this.#newest);
    const shown = known.filter(({ pinned }) => !pinned).slice(0, this.limit);
    if (this.#given("order") === "oldest") shown.reverse();
    this.#arrange(
      [...known.filter(({ pinned }) => pinned), ...shown].map((update) =>
        this.#article(update, `${address}/updates/${update.id}`),
      ),
    );
    this.#count(all.length - known.length);

    for (const link of [this.#headline, this.#all]) link.setAttribute("href", address);
    if (!head) return;
    const ended = head.status === "closed" && head.closed;
    this.#box.lang = head.language;
    this.#headline.textContent = head.headline;
    this.#status.dataset.status = head.status;
    this.#status.replaceChildren(
      h("strong", {}, STATE[head.status]),
      " ",
      ended ? time(ended) : isLive ? (head.status_line ?? "") : "Reconnecting…",
    );
  }

  #arrange(shown: HTMLElement[]): void {
    const { children } = this.#feed;
    this.#articles = new Map(shown.map((element) => [element.dataset.id ?? "", element]));
    // What is in its place already is not touched: it may hold the focus or a selection.
    if (shown.length === children.length && shown.every((one, at) => one === children[at])) return;
    this.#feed.replaceChildren(...shown);
  }

  #article(update: Update, url: string): HTMLElement {
    const old = this.#articles.get(update.id);
    if (old?.dataset.revision === String(update.revision)) return old;
    const element = article(update, url, (html) => whole(fragment(html), url));
    element.setAttribute("part", "update");
    old?.replaceWith(element);
    return element;
  }

  #count(waiting: number): void {
    const words = `${waiting} new update${waiting > 1 ? "s" : ""}`;
    this.#pill.hidden = !waiting;
    this.#pill.textContent = words;
    if (waiting && Date.now() - this.#announced < ANNOUNCE_EVERY_MS) return;
    this.#announced = waiting && Date.now();
    this.#unseen.textContent = waiting ? words : "";
  }

  #show(): void {
    this.#newest = "";
    this.#draw(this.#coverage as Coverage);
    const newest = this.#articles.get(this.#newest);
    newest?.focus({ preventScroll: true });
    newest?.scrollIntoView({ block: "nearest" });
  }

  /** An attribute's value; people's pages have stray spaces in them. */
  #given(name: string): string {
    return (this.getAttribute(name) ?? "").trim();
  }

  #say(name: string, more = {}): void {
    const detail = { story: this.#given("story"), ...more };
    this.dispatchEvent(
      new CustomEvent(`liveblog:${name}`, { bubbles: true, composed: true, detail }),
    );
  }
}

/** On another site's page only whole addresses lead to ours. Made before the nodes are in a
 * document, so that nothing is loaded from a wrong one. Of a picture's sizes the middle one does. */
function whole(nodes: DocumentFragment, url: string): DocumentFragment {
  for (const source of nodes.querySelectorAll("source")) source.remove();
  for (const element of nodes.querySelectorAll("[href],[src]")) {
    const name = element.hasAttribute("src") ? "src" : "href";
    element.setAttribute(name, address(element.getAttribute(name) ?? "", url));
  }
  return nodes;
}

/** A whole address; of one that nobody could follow, that of the update itself. */
function address(value: string, url: string): string {
  try {
    const { href, protocol } = new URL(value, url);
    return /^(https?|mailto|tel):$/.test(protocol) ? href : url;
  } catch {
    return url;
  }
}
