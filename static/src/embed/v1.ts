// <live-blog story="SLUG">: a story on another site's page, by one classic script that depends on
// nothing. What stands inside the element is its fallback: it is shown until there is something
// better, and for good where that fails.

import { LiveBlog } from "./element";
import { host } from "./host";

// A page may include the script twice.
if (host && !customElements.get("live-blog")) customElements.define("live-blog", LiveBlog);
