// The newsroom's desk begins here.

import { render } from "preact";
import { App, storyPage } from "./app";
import { chosen, speak } from "./messages";
import { start } from "./outbox";
import { arrive } from "./state";

/** The page's policy wants to know of every script that it is ours (W3C Trusted Types). */
interface TrustedWindow extends Window {
  trustedTypes?: {
    createPolicy(
      name: string,
      rules: { createScriptURL: (given: string) => string },
    ): { createScriptURL(given: string): string };
  };
}

/** Let the desk open without a network from now on. */
function work(): void {
  const { trustedTypes }: TrustedWindow = window;
  const script = "/desk/worker.js";
  const ours = trustedTypes?.createPolicy("liveblog-worker", { createScriptURL: () => script });
  const address = ours?.createScriptURL("") ?? script;
  // In a private window it may be forbidden: then the desk needs a network to open.
  navigator.serviceWorker
    ?.register(address, { scope: "/desk", updateViaCache: "none" })
    .catch(() => {});
}

const root = document.getElementById("app");
if (root) {
  // It is going to be needed, and whoever opens one is not to wait.
  storyPage().catch(() => {});
  // Without a network the desk opens with who was here last; the calls find out the rest.
  await Promise.all([speak(chosen()), arrive()]);
  render(<App />, root);
  start();
  if (document.readyState === "complete") work();
  else addEventListener("load", work);
}
