// Other sites' posts and videos are links until the reader asks for one: nothing is requested
// before. The address of a frame is the service's own making (liveblog/markup/providers.py), and
// the page's policy lets in no other.

import { asked } from "./asked";

// Scripts, storage and popups of the frame's own site; never this page, its address or downloads.
const MAY = [
  "allow-scripts",
  "allow-same-origin",
  "allow-popups",
  "allow-popups-to-escape-sandbox",
  "allow-presentation",
];

export function showFrames(): void {
  document.addEventListener("click", (event) => {
    const link = asked(event, "a[data-frame]");
    if (!link?.dataset.frame?.startsWith("https://")) return;
    event.preventDefault();
    const shown = frame(link, link.dataset.frame);
    // Once more, and it leads to the page.
    delete link.dataset.frame;
    link.before(shown);
    shown.focus({ preventScroll: true });
  });
}

function frame(link: HTMLAnchorElement, address: string): HTMLIFrameElement {
  const element = document.createElement("iframe");
  element.className = "lb-frame";
  element.dataset.shape = link.dataset.shape;
  element.title = link.textContent ?? "";
  element.sandbox.add(...MAY);
  element.allow = "fullscreen; encrypted-media; picture-in-picture";
  element.referrerPolicy =
    link.dataset.referrer === "strict-origin" ? "strict-origin" : "no-referrer";
  element.src = address;
  return element;
}
