// A story in an <iframe>: the readers' script, and its height for the page around it.

import "../reader/reader";

const page = document.documentElement;

if (parent !== window) {
  new ResizeObserver(() => {
    const height = Math.ceil(page.getBoundingClientRect().height);
    // To anybody: a height is no secret, and a sandboxed page around it has no name.
    parent.postMessage({ type: "liveblog:resize", height }, "*");
  }).observe(page);
}
