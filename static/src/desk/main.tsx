// The desk's application.

document.querySelector("#app")?.replaceChildren("…");
