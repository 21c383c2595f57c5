/** Out of the school, in this browser. */

import { go } from "../../pages/routes";
import { send } from "../api";
import { forgetSession } from "../session";

/** Whatever the server says to it: who wants to leave is not kept here. */
export function leave(): void {
  const done = (): void => {
    forgetSession();
    go("/sign-in");
  };
  send("POST", "/auth/sign-out").then(done, done);
}
