// The desk's service worker. It is one file by itself: what it imports must be types only.

self.addEventListener("activate", () => undefined);
