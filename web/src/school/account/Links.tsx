/** Where messages lead: a forgotten password, a new one, a confirmed e-mail address. */

import type { ReactNode } from "react";
import { useEffect, useRef, useState } from "react";
import { Frame } from "../../pages/Frame";
import { dropLinkToken, linkToken } from "../../pages/routes";
import { open } from "../api";
import { Go, Heading, Trouble } from "../parts";
import { signedInTo } from "../session";
import { useTexts } from "../texts";
import { useSend } from "../useSend";
import { AccountForm, EmailField, PasswordField, SchoolField, whoProblem } from "./AccountForm";

export const LEAST_PASSWORD = 10;

export function ForgotPassword() {
  const { t } = useTexts();
  const [institution, setInstitution] = useState(signedInTo.get() ?? "");
  const [email, setEmail] = useState("");
  const [sent, setSent] = useState(false);
  const { busy, problem, say, run } = useSend();
  const submit = (): void => {
    const wrong = whoProblem(institution, email);
    if (wrong !== null) return say(t(wrong));
    run(async () => {
      await open("POST", "/auth/password/forgot", { institution: institution.trim(), email: email.trim() });
      setSent(true);
    });
  };
  if (sent) return <Said title={t("forgot.sentTitle")}>{t("forgot.sent")}</Said>;
  const actions = (
    <div className="row end">
      <Go to="/sign-in" className="button">
        {t("forgot.back")}
      </Go>
      <button type="submit" className="button primary" disabled={busy}>
        {t("forgot.send")}
      </button>
    </div>
  );
  return (
    <Frame>
      <AccountForm alone title={t("forgot.title")} lead={t("forgot.lead")} problem={problem} onSubmit={submit} actions={actions}>
        <SchoolField value={institution} onChange={setInstitution} />
        <EmailField value={email} onChange={setEmail} />
      </AccountForm>
    </Frame>
  );
}

export function SetPassword({ path }: { path: readonly string[] }) {
  const { t, number } = useTexts();
  const [password, setPassword] = useState("");
  const [done, setDone] = useState(false);
  const { busy, problem, say, run } = useSend();
  const token = linkToken(path);
  const least = t("password.short", { least: number(LEAST_PASSWORD) });
  const submit = (): void => {
    if (password.length < LEAST_PASSWORD) return say(least);
    run(async () => {
      await open("POST", "/auth/password/set", { token, password });
      dropLinkToken(path);
      setDone(true);
    });
  };
  if (done) return <Said title={t("password.doneTitle")}>{t("password.done")}</Said>;
  if (token === null) return <Said title={t("link.missingTitle")}>{t("link.missing")}</Said>;
  const actions = (
    <button type="submit" className="button primary wide" disabled={busy}>
      {t("password.save")}
    </button>
  );
  return (
    <Frame>
      <AccountForm alone title={t("password.title")} problem={problem} onSubmit={submit} actions={actions}>
        <PasswordField hint={least} value={password} onChange={setPassword} />
      </AccountForm>
    </Frame>
  );
}

export function VerifyEmail({ path }: { path: readonly string[] }) {
  const { t } = useTexts();
  const [state, setState] = useState<"asking" | "done" | { error: unknown }>("asking");
  const token = useRef(linkToken(path));
  useEffect(() => {
    if (token.current === null) return;
    const body = { token: token.current };
    token.current = null; // good once: not asked twice
    dropLinkToken(path);
    open("POST", "/auth/email/verify", body).then(
      () => setState("done"),
      (error: unknown) => setState({ error }),
    );
  }, [path]);
  if (state === "done") return <Said title={t("verify.doneTitle")}>{t("verify.done")}</Said>;
  if (state !== "asking") {
    return (
      <Frame>
        <div className="card narrow stack">
          <Heading title={t("verify.title")}>{t("verify.title")}</Heading>
          <Trouble error={state.error} />
        </div>
      </Frame>
    );
  }
  return <Said title={t("verify.title")}>{t("verify.asking")}</Said>;
}

/** A page with one thing to say. */
export function Said({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTexts();
  return (
    <Frame>
      <div className="card narrow stack">
        <Heading key={title} title={title}>
          {title}
        </Heading>
        <p role="status">{children}</p>
        <div className="row end">
          <Go to="/sign-in" className="button primary">
            {t("forgot.back")}
          </Go>
        </div>
      </div>
    </Frame>
  );
}
