// Pictures on other sites are links until the reader asks for one: nothing is requested before.

import { asked } from "./asked";

export function showPictures(): void {
  document.addEventListener("click", (event) => {
    const link = asked(event, "a.lb-remote");
    if (!link?.href.startsWith("https:")) return;
    event.preventDefault();
    link.replaceWith(picture(link));
  });
}

function picture(link: HTMLAnchorElement): HTMLImageElement {
  const image = new Image();
  const { width, height } = link.dataset;
  if (width && height) {
    image.width = Number(width);
    image.height = Number(height);
  }
  image.alt = link.querySelector("span")?.textContent ?? "";
  image.referrerPolicy = "no-referrer";
  image.src = link.href;
  return image;
}
