// The desk's service worker: the desk opens without a network, with what was there last.
//
// It is one file by itself: what it imports must be types only. A new one takes over when the last
// page of the old one is closed: an open page finds all of its files for as long as it is open.

interface Extendable extends Event {
  waitUntil(promise: Promise<unknown>): void;
}
interface Asked extends Extendable {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Scope {
  /** Told by the server, before this script. */
  LIVEBLOG: { version: string; files: string[] };
  clients: { claim(): Promise<void> };
  addEventListener(name: "install" | "activate", act: (event: Extendable) => void): void;
  addEventListener(name: "fetch", act: (event: Asked) => void): void;
}
declare const self: Scope;

const { version, files } = self.LIVEBLOG;
const FILES = `liveblog-files-${version}`;
/** What the API answered last to whoever is signed in; the page clears it, too (live/memory.ts). */
const ANSWERS = "liveblog-answers";
const SHELL = "/desk";

const PAGES = /^\/desk(\/stories\/[^/]+(\/[^/]+)?)?$/;
const KEPT = /^\/api\/v1\/(me|colleagues|stories(\/[^/]+(\/(updates|drafts|notes|rules))?)?)$/;
const DOORS = /^\/desk\/sign-(in|out)(\/|$)/;
const PATIENCE_MS = 2500;
/** Some dozens of stories; the oldest answers give way. */
const MOST_ANSWERS = 200;
const known = new Set(files);

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const answer = route(event);
  if (answer) event.respondWith(answer);
});

/** Who answers it; nobody: the network, as if there were no worker. */
function route(event: Asked): Promise<Response> | undefined {
  const { request } = event;
  const { origin, pathname, searchParams } = new URL(request.url);
  if (origin !== location.origin) return undefined;
  // Whoever comes or goes: what is kept was for somebody who was here before.
  if (DOORS.test(pathname) && (request.method !== "GET" || pathname.startsWith("/desk/sign-in/")))
    return through(request);
  if (request.method !== "GET") return undefined;
  if (request.mode === "navigate") return PAGES.test(pathname) ? page(request) : undefined;
  if (known.has(pathname)) return file(request);
  // Only the first page of a story's updates.
  return KEPT.test(pathname) && !searchParams.has("before") ? answer(event) : undefined;
}

async function install(): Promise<void> {
  const cache = await caches.open(FILES);
  // Who is not signed in is sent elsewhere: then there is nothing to keep, until the next time.
  const shell = await fetch(SHELL, { redirect: "error" });
  if (!shell.ok) throw new Error(shell.statusText);
  await Promise.all([cache.put(SHELL, shell), cache.addAll(files)]);
}

async function activate(): Promise<void> {
  const old = (await caches.keys()).filter((name) => /^liveblog-files-/.test(name));
  await Promise.all(old.filter((name) => name !== FILES).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The page from the network; where that is away or slow, the one that is kept. */
async function page(request: Request): Promise<Response> {
  const network = fetch(request);
  const kept = await (await caches.open(FILES)).match(SHELL);
  if (!kept) return network;
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE_MS));
  const found = await Promise.race([network.catch(() => undefined), late]);
  // A proxy before a server that is away answers for it.
  return found && found.status < 500 ? found : kept;
}

async function file(request: Request): Promise<Response> {
  return (await (await caches.open(FILES)).match(request)) ?? fetch(request);
}

/** The API's answer; without a network, its last good one. */
async function answer(event: Asked): Promise<Response> {
  const { request } = event;
  try {
    const found = await fetch(request);
    if (found.ok) event.waitUntil(keep(request, found.clone()));
    return found;
  } catch (error) {
    // Not opened: that would make it, and that it is there says that somebody is signed in.
    const kept = await caches.match(request, { cacheName: ANSWERS });
    if (kept) return kept;
    throw error;
  }
}

async function keep(request: Request, found: Response): Promise<void> {
  const cache = await caches.open(ANSWERS);
  await cache.put(request, found);
  const all = await cache.keys();
  await Promise.all(all.slice(0, -MOST_ANSWERS).map((one) => cache.delete(one)));
}

async function through(request: Request): Promise<Response> {
  const found = await fetch(request);
  // What was refused let nobody in or out.
  if (found.ok || found.type === "opaqueredirect") await caches.delete(ANSWERS);
  return found;
}
