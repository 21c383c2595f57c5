/** To be forgotten: administrators may have it done themselves, everybody else is told whom to ask. */

import type { SyntheticEvent } from "react";
import { useState } from "react";
import { go } from "../../pages/routes";
import { Dialog } from "../../ui/Dialog";
import { useToast } from "../../ui/Toasts";
import { send } from "../api";
import { DialogEnd, Field } from "../parts";
import { forgetSession } from "../session";
import { useTexts } from "../texts";
import { useSend } from "../useSend";
import { Part } from "./Part";
import type { Account } from "./shapes";

/** For the audit log, which is in English and names nobody. */
const REASON = "asked for by the person";

export function Erasure({ me }: { me: Account }) {
  const { t } = useTexts();
  const [asked, setAsked] = useState(false);
  if (!me.roles.includes("administrator")) {
    return (
      <Part title={t("account.erasure")}>
        <p>{t("account.erasureAsk")}</p>
      </Part>
    );
  }
  return (
    <Part title={t("account.erasure")}>
      <p>{t("account.erasureLead")}</p>
      <div className="row">
        <button type="button" className="button danger-quiet" onClick={() => setAsked(true)}>
          {t("account.erase")}
        </button>
      </div>
      {asked && <EraseDialog me={me} onClose={() => setAsked(false)} />}
    </Part>
  );
}

function EraseDialog({ me, onClose }: { me: Account; onClose(): void }) {
  const { t } = useTexts();
  const toast = useToast();
  const [typed, setTyped] = useState("");
  const { busy, problem, say, run } = useSend();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (typed.trim() !== me.name.trim()) return say(t("account.eraseMismatch", { name: me.name }));
    run(async () => {
      await send("POST", `/people/${me.id}/erasure`, { reason: REASON });
      toast(t("account.erased"));
      forgetSession();
      go("/sign-in");
    });
  };
  return (
    <Dialog title={t("account.eraseSure")} onClose={onClose}>
      <form className="stack" onSubmit={submit} noValidate>
        <p className="notice">{t("account.eraseWarning")}</p>
        <p>{t("account.eraseStays")}</p>
        <Field
          label={t("account.eraseType", { name: me.name })}
          dir="auto"
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <DialogEnd busy={busy} problem={problem} action={t("account.erase")} danger onClose={onClose} />
      </form>
    </Dialog>
  );
}
