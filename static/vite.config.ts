import { defineConfig } from "vite";

// Pages find the built files by their source names in dist/manifest.json.
export default defineConfig({
  base: "/static/",
  build: {
    target: "es2022",
    emptyOutDir: false, // the embed's script stands there already: npm run build
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: [
        "src/reader/reader.ts",
        "src/embed/frame.ts",
        "src/desk/passkeys.ts",
        "src/desk/main.tsx",
        "src/desk/worker.ts",
        "css/reader.css",
        "css/frame.css",
        "css/desk.css",
        "css/desk-app.css",
      ],
    },
  },
});
