/** Whether somebody is signed in, as far as this browser remembers; the server decides with each request. */

import { Store } from "../room/store";

const KEY = "lyceum.school";

/** The institution one is signed in to; null: nobody is. */
export const signedInTo = new Store<string | null>(recall());

export function rememberSession(institution: string): void {
  keep(institution);
  signedInTo.set(institution);
}

export function forgetSession(): void {
  keep(null);
  signedInTo.set(null);
}

function recall(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** A window that may store nothing stays signed in as long as the page. */
function keep(institution: string | null): void {
  try {
    if (institution === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, institution);
  } catch {
    return;
  }
}
