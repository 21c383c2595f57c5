/** Who is signed in, in the head of every page: the way to their account, and out. */

import { UserRound } from "lucide-react";
import { Go } from "../parts";
import type { Me } from "../shapes";
import { useTexts } from "../texts";
import { leave } from "./leave";

export function Who({ me, here }: { me: Me; here: boolean }) {
  const { t } = useTexts();
  return (
    <div className="who">
      <Go
        to="/account"
        className="who-link"
        aria-label={t("account.of", { name: me.name })}
        aria-current={here ? "page" : undefined}
      >
        <UserRound aria-hidden />
        <bdi className="who-name">{me.name}</bdi>
      </Go>
      <button type="button" className="button small-button" onClick={leave}>
        {t("school.signOut")}
      </button>
    </div>
  );
}
