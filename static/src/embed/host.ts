// Where stories come from: the origin that the script itself came from, and no other.

const own = document.currentScript;

/** Empty where the page's own markup took the script's place by a name. */
export const host = own instanceof HTMLScriptElement && own.src ? new URL(own.src).origin : "";
