/** Another password, by the current one. */

import type { SyntheticEvent } from "react";
import { useState } from "react";
import { useToast } from "../../ui/Toasts";
import { send } from "../api";
import { Check, Field, FormProblem, Go, Working } from "../parts";
import { useTexts } from "../texts";
import { useSend } from "../useSend";
import { LEAST_PASSWORD } from "./Links";
import { Part } from "./Part";

export function ChangePassword({ email, onChanged }: { email: string; onChanged(): void }) {
  const { t, number } = useTexts();
  const toast = useToast();
  const [current, setCurrent] = useState("");
  const [fresh, setFresh] = useState("");
  const [shown, setShown] = useState(false);
  const { busy, problem, say, run } = useSend();
  const least = t("password.short", { least: number(LEAST_PASSWORD) });
  const type = shown ? "text" : "password";
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (current === "") return say(t("account.currentMissing"));
    if (fresh.length < LEAST_PASSWORD) return say(least);
    run(async () => {
      await send("PUT", "/me/password", { current, new: fresh });
      setCurrent("");
      setFresh("");
      setShown(false);
      toast(t("account.passwordChanged"));
      onChanged();
    });
  };
  return (
    <Part title={t("signin.password")}>
      <form className="stack" onSubmit={submit} noValidate>
        {/* Tells a password keeper whose password this is. */}
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <Field
          label={t("account.current")}
          name="current"
          type={type}
          dir="ltr"
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
        />
        <Field
          label={t("password.new")}
          hint={`${least} ${t("account.passwordHint")}`}
          name="new"
          type={type}
          dir="ltr"
          autoComplete="new-password"
          value={fresh}
          onChange={(event) => setFresh(event.target.value)}
        />
        <Check label={t("account.showPasswords")} checked={shown} onChange={setShown} />
        <FormProblem text={problem} />
        <Working busy={busy} />
        <div className="row spread">
          <Go to="/forgot-password" className="text-button">
            {t("signin.forgot")}
          </Go>
          <button type="submit" className="button primary" disabled={busy}>
            {t("account.changePassword")}
          </button>
        </div>
      </form>
    </Part>
  );
}
