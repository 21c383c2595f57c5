/** Somebody's own account: what is known of them, how and where they sign in, their data, those they answer for. */

import { get, list } from "../api";
import { Heading, Ready } from "../parts";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { AboutYou } from "./AboutYou";
import { ChangePassword } from "./ChangePassword";
import { Erasure } from "./Erasure";
import { OwnConsent } from "./OwnConsent";
import { OwnData } from "./OwnData";
import { Sessions } from "./Sessions";
import type { Account, OpenSession } from "./shapes";
import { Wards } from "./Wards";

/** `onChanged`: they are called otherwise now. */
export function AccountPage({ onChanged }: { onChanged(): void }) {
  const { t } = useTexts();
  const account = useLoaded("account", () => get<Account>("/me"));
  const sessions = useLoaded("sessions", () => list<OpenSession>("/me/sessions"));
  const changed = (): void => {
    account.again();
    onChanged();
  };
  return (
    <div className="account">
      <Heading title={t("account.title")}>{t("account.title")}</Heading>
      <Ready of={account.loaded} again={account.again}>
        {(me) => (
          <>
            <AboutYou me={me} onChanged={changed} />
            {me.wards.length > 0 && <Wards me={me} />}
            <OwnConsent me={me} />
            {me.email !== null && <ChangePassword email={me.email} onChanged={sessions.again} />}
            <Sessions of={sessions.loaded} again={sessions.again} />
            <OwnData me={me} />
            <Erasure me={me} />
          </>
        )}
      </Ready>
    </div>
  );
}
