// Elements without a library: h("p", { class: "note" }, "text", child).

type Child = Node | string | false | 0 | undefined;
type Attributes = Record<string, string | false | undefined>;

interface Policy {
  createHTML(html: string): string;
}

declare const trustedTypes: { createPolicy(name: string, rules: Policy): Policy } | undefined;

// The only HTML that goes through here is the service's own, cleaned before it was stored.
const rules: Policy = { createHTML: (html) => html };
let policy: Policy | undefined;

/** An element; attributes and children that are false or undefined are left out. */
export function h(tag: string, attributes: Attributes, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => typeof child === "string" || child instanceof Node));
  return element;
}

/** Nodes of HTML that the service cleaned. Throws on another site's page that allows no policy of
 * ours: made when first needed, so that whoever asks can tell. */
export function fragment(html: string): DocumentFragment {
  policy ??=
    typeof trustedTypes === "undefined" ? rules : trustedTypes.createPolicy("liveblog", rules);
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  return template.content;
}
