// The newsroom's desk begins here.

import { render } from "preact";
import { App } from "./app";
import { chosen, speak } from "./messages";
import { meet } from "./state";

const root = document.getElementById("app");
if (root) {
  // Without a network the desk opens with who was here last; the calls find out the rest.
  await Promise.all([speak(chosen()), meet().catch(() => {})]);
  render(<App />, root);
}
