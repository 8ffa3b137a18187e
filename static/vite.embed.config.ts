import { defineConfig } from "vite";

// One classic script that partners' pages load from a fixed address. Built first: it empties dist.
export default defineConfig({
  publicDir: false,
  build: {
    target: "es2022",
    // As written: light-dark() spelled out would be half of the style sheet. Older browsers than
    // these show the element in the page's own colours.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    lib: {
      entry: "src/embed/v1.ts",
      formats: ["iife"],
      name: "liveblog",
      fileName: () => "embed/v1.js",
    },
  },
});
