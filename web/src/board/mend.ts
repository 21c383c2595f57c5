/** Small accessibility faults of Excalidraw's interface, mended where they appear. */

interface Names {
  menu: string;
}

/** Keeps `root` mended until the returned function is called. */
export function keepMended(root: HTMLElement, names: Names): () => void {
  const mend = (): void => mendNow(root, names);
  const observer = new MutationObserver(mend);
  observer.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-label", "role"] });
  mend();
  return () => observer.disconnect();
}

function mendNow(root: HTMLElement, names: Names): void {
  const menu = root.querySelector(".main-menu-trigger");
  if (menu !== null && menu.getAttribute("aria-label") !== names.menu) menu.setAttribute("aria-label", names.menu);
  // Its name has to hold what it shows (the magnification); what it does stays in its title.
  root.querySelector(".reset-zoom-button[aria-label]")?.removeAttribute("aria-label");
  // A row of colours in the tools is no dialog.
  for (const colors of root.querySelectorAll(".color-picker-container[role='dialog']")) {
    colors.removeAttribute("role");
    colors.removeAttribute("aria-modal");
  }
  // There is one content information landmark in a page, and this is none.
  root.querySelector("footer[role='contentinfo']")?.removeAttribute("role");
}
