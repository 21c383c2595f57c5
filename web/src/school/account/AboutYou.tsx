/** Name, address, roles, and the language of messages. */

import type { SyntheticEvent } from "react";
import { useState } from "react";
import { LANGUAGES } from "../../i18n/translate";
import { useToast } from "../../ui/Toasts";
import { send } from "../api";
import { Field, FormEnd, FormProblem, Select } from "../parts";
import { useTexts } from "../texts";
import { useSend } from "../useSend";
import { Part } from "./Part";
import type { Account } from "./shapes";

interface Props {
  me: Account;
  onChanged(): void;
}

export function AboutYou({ me, onChanged }: Props) {
  const { t } = useTexts();
  const toast = useToast();
  const [name, setName] = useState(me.name);
  const [locale, setLocale] = useState(me.locale ?? "");
  const { busy, problem, say, run } = useSend();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (name.trim() === "") return say(t("account.nameMissing"));
    run(async () => {
      await send("PATCH", "/me", { name: name.trim(), locale: locale === "" ? null : locale }, me.version);
      toast(t("item.kept"));
      onChanged();
    });
  };
  return (
    <Part title={t("account.you")}>
      <Known me={me} />
      <form className="stack" onSubmit={submit} noValidate>
        <Field
          label={t("account.name")}
          name="name"
          dir="auto"
          autoComplete="name"
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Locale value={locale} kept={me.locale} onChange={setLocale} />
        <p className="quiet small">{t("schedule.zone", { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}</p>
        <FormEnd busy={busy} problem={problem} action={t("item.keep")} />
      </form>
    </Part>
  );
}

/** What others decide. */
function Known({ me }: { me: Account }) {
  const { t } = useTexts();
  return (
    <dl className="about">
      <dt>{t("signin.school")}</dt>
      <dd>
        <bdi>{me.institution_name}</bdi>
      </dd>
      {me.roles.length > 0 && (
        <>
          <dt>{t("account.roles")}</dt>
          <dd className="row">
            {me.roles.map((role) => (
              <span key={role} className="badge">
                {t(`roles.${role}`)}
              </span>
            ))}
          </dd>
        </>
      )}
      <dt>{t("signin.email")}</dt>
      <dd>{me.email === null ? <span className="quiet">{t("account.noEmail")}</span> : <Address me={me} email={me.email} />}</dd>
    </dl>
  );
}

function Address({ me, email }: { me: Account; email: string }) {
  const { t } = useTexts();
  const [sent, setSent] = useState(false);
  const { busy, problem, run } = useSend();
  const ask = (): void =>
    run(async () => {
      await send("POST", "/me/email/verification");
      setSent(true);
    });
  return (
    <div className="stack tight">
      <p className="row">
        <bdi className="address">{email}</bdi>
        <span className={me.email_verified ? "badge" : "badge warm"}>
          {t(me.email_verified ? "account.confirmed" : "account.unconfirmed")}
        </span>
      </p>
      <p className="quiet small">{t("account.emailHint")}</p>
      {!me.email_verified && (
        <>
          <FormProblem text={problem} />
          {sent && <p role="status">{t("account.linkSent")}</p>}
          <button type="button" className="button" disabled={busy || sent} onClick={ask}>
            {t("account.sendLink")}
          </button>
        </>
      )}
    </div>
  );
}

interface LocaleProps {
  value: string;
  /** The one on record, which may be none of ours. */
  kept: string | null;
  onChange(locale: string): void;
}

function Locale({ value, kept, onChange }: LocaleProps) {
  const { t, lang } = useTexts();
  const other = kept !== null && !LANGUAGES.some(({ code }) => code === kept) ? kept : null;
  return (
    <div className="stack tight">
      <Select label={t("account.language")} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{t("account.languageNone")}</option>
        {other !== null && <option value={other}>{new Intl.DisplayNames([lang], { type: "language" }).of(other)}</option>}
        {LANGUAGES.map(({ code, name }) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </Select>
      <p className="quiet small">{t("account.languageHint")}</p>
    </div>
  );
}
