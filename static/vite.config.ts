import { defineConfig } from "vite";

// What a page begins with is one file and one request: each of these is built by itself (--mode).
const ALONE: Record<string, string> = {
  reader: "src/reader/reader.ts",
  frame: "src/embed/frame.ts",
  worker: "src/desk/worker.ts",
};
const TOGETHER = [
  "src/desk/passkeys.ts",
  "src/desk/main.tsx",
  "css/reader.css",
  "css/frame.css",
  "css/desk.css",
  "css/desk-app.css",
];

// Pages find the built files by their source names in the manifests.
export default defineConfig(({ mode }) => ({
  base: "/static/",
  build: {
    target: "es2022",
    emptyOutDir: false, // the embed's script stands there already: npm run build
    manifest: mode in ALONE ? `${mode}.manifest.json` : "manifest.json",
    modulePreload: { polyfill: false },
    rollupOptions: { input: ALONE[mode] ?? TOGETHER },
  },
}));
