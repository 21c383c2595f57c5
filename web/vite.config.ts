import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const BACKEND = process.env.LYCEUM_DEV_SERVER ?? "http://127.0.0.1:8000";

/**
 * Excalidraw lists a public font server behind our own as a second choice. No request leaves the origin, so the second
 * choice goes; should a new version write it differently, the build says so.
 */
function noForeignFonts(): Plugin {
  const FALLBACK = /return (\w+)\.push\(new URL\(\w+,\w+\.ASSETS_FALLBACK_URL\)\),\1/;
  let found = false;
  return {
    name: "no-foreign-fonts",
    apply: "build",
    transform: (code, id) => {
      if (!id.includes("@excalidraw/excalidraw/dist/prod") || !FALLBACK.test(code)) return null;
      found = true;
      return { code: code.replace(FALLBACK, "return $1"), map: null };
    },
    buildEnd: (error) => {
      if (!error && !found) throw new Error("Excalidraw's foreign font address was not found: look at noForeignFonts");
    },
  };
}

/** The board's fonts are served from our own origin: `/excalidraw/fonts/…` (see src/board/assets.ts). */
function boardFonts(): Plugin {
  let target = "";
  return {
    name: "board-fonts",
    apply: "build",
    configResolved: (config) => {
      target = join(config.root, config.build.outDir, "excalidraw", "fonts");
    },
    closeBundle: () => {
      const entry = createRequire(import.meta.url).resolve("@excalidraw/excalidraw");
      cpSync(join(dirname(entry), "fonts"), target, { recursive: true });
    },
  };
}

/** Every text file again as `.gz`, so that no server has to compress megabytes while a class is live. */
function compressed(): Plugin {
  let target = "";
  return {
    name: "compressed",
    apply: "build",
    configResolved: (config) => {
      target = join(config.root, config.build.outDir);
    },
    closeBundle: () => {
      const names = readdirSync(target, { recursive: true, encoding: "utf-8" });
      for (const name of names.filter((one) => /\.(js|css|html|svg)$/.test(one))) {
        const path = join(target, name);
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), noForeignFonts(), boardFonts(), compressed()],
  build: { target: "es2022", assetsInlineLimit: 0, chunkSizeWarningLimit: 3000, reportCompressedSize: false },
  server: {
    proxy: { "/api": BACKEND, "/ws": { target: BACKEND, ws: true } },
  },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
