/** Excalidraw's fonts come from our own origin (vite.config.ts puts them there). Imported before Excalidraw itself. */

window.EXCALIDRAW_ASSET_PATH = "/excalidraw/";

export {};
