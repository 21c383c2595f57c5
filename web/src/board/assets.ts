/** Excalidraw's fonts come from our own origin (vite.config.ts puts them there). Set before Excalidraw is loaded. */

window.EXCALIDRAW_ASSET_PATH = "/excalidraw/";

export {};
