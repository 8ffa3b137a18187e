// What this browser remembers of the server's answers, for whoever is signed in: kept by the service
// worker, and here; gone when somebody else signs in.

const ANSWERS = "liveblog-answers";

export async function remember(name: string, value: unknown): Promise<void> {
  const cache = await caches.open(ANSWERS);
  await cache.put(name, new Response(JSON.stringify(value)));
}

export async function remembered<Value>(name: string): Promise<Value | undefined> {
  const found = await caches.match(name, { cacheName: ANSWERS });
  return found?.json();
}

/** Whether there is anything: not after signing out. */
export const remembers = (): Promise<boolean> => caches.has(ANSWERS);

export const forgetAll = (): Promise<boolean> => caches.delete(ANSWERS);
