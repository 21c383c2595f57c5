/** A school founded by its first administrator, where this server lets anybody do that. */

import { useState } from "react";
import { Frame } from "../../pages/Frame";
import { useI18n } from "../../i18n/provider";
import { open } from "../api";
import { Field, Go, Working } from "../parts";
import { useTexts } from "../texts";
import { useSend } from "../useSend";
import { AccountForm, EmailField, isSchoolName, PasswordField } from "./AccountForm";
import { LEAST_PASSWORD, Said } from "./Links";

export function FoundSchool() {
  const { t, number } = useTexts();
  const { lang } = useI18n();
  const [name, setName] = useState("");
  const [institution, setInstitution] = useState("");
  const [person, setPerson] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [done, setDone] = useState(false);
  const { busy, problem, say, run } = useSend();
  const least = t("password.short", { least: number(LEAST_PASSWORD) });
  const submit = (): void => {
    if (name.trim() === "" || person.trim() === "") return say(t("found.nameMissing"));
    if (!isSchoolName(institution)) return say(t("signin.schoolMissing"));
    if (!email.includes("@")) return say(t("signin.emailMissing"));
    if (password.length < LEAST_PASSWORD) return say(least);
    run(async () => {
      await open("POST", "/institutions", {
        institution: institution.trim(),
        name: name.trim(),
        locale: lang,
        time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        administrator_name: person.trim(),
        administrator_email: email.trim(),
        administrator_password: password,
      });
      setDone(true);
    });
  };
  if (done) return <Said title={t("forgot.sentTitle")}>{t("found.sent")}</Said>;
  const actions = (
    <>
      <Working busy={busy} />
      <div className="row end">
        <Go to="/sign-in" className="button">
          {t("forgot.back")}
        </Go>
        <button type="submit" className="button primary" disabled={busy}>
          {t("found.do")}
        </button>
      </div>
    </>
  );
  return (
    <Frame>
      <AccountForm alone title={t("found.title")} lead={t("found.lead")} problem={problem} onSubmit={submit} actions={actions}>
        <Field label={t("found.name")} dir="auto" value={name} onChange={(event) => setName(event.target.value)} />
        <Field
          label={t("found.short")}
          hint={t("found.shortHint")}
          dir="ltr"
          autoCapitalize="off"
          value={institution}
          onChange={(event) => setInstitution(event.target.value)}
        />
        <Field
          label={t("found.person")}
          dir="auto"
          autoComplete="name"
          value={person}
          onChange={(event) => setPerson(event.target.value)}
        />
        <EmailField value={email} onChange={setEmail} />
        <PasswordField hint={least} value={password} onChange={setPassword} />
      </AccountForm>
    </Frame>
  );
}
