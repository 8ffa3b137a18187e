/** The link that a plain click is on; with a key held it means another tab, as everywhere. */
export function asked(event: MouseEvent, selector: string): HTMLAnchorElement | null {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return null;
  return (event.target as Element).closest<HTMLAnchorElement>(selector);
}
