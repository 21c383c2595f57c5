export async function parseMermaidToExcalidraw() {
  throw new Error("Diagrams from Mermaid text are not part of this board.");
}
