/** In: by password, by a provider the school trusts, or as somebody of the demo school. */

import { KeyRound } from "lucide-react";
import { useEffect, useState } from "react";
import { Frame } from "../../pages/Frame";
import { go, route } from "../../pages/routes";
import { useStore } from "../../ui/useStore";
import { open } from "../api";
import { Go } from "../parts";
import { rememberSession, signedInTo } from "../session";
import type { DemoAccount, Page, Provider } from "../shapes";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { useSend } from "../useSend";
import { AccountForm, EmailField, isSchoolName, PasswordField, SchoolField, whoProblem } from "./AccountForm";

const MAIN_ROLES: readonly string[] = ["teacher", "student"];

/** Where to go on after signing in: the page asked for, or the courses. */
function onwards(): string {
  const { pathname } = window.location;
  return pathname === "/sign-in" ? "/courses" : pathname;
}

/** The school named in the address (`/sign-in?school=…`), or the one this browser was signed in to. */
const named = (): string => new URLSearchParams(window.location.search).get("school") ?? signedInTo.get() ?? "";

export function SignIn() {
  const { t, has } = useTexts();
  const here = useStore(route);
  const [institution, setInstitution] = useState(named);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const { busy, problem, say, run } = useSend();
  const demo = useLoaded("demo", () => open<DemoAccount[]>("GET", "/demo/accounts")).loaded;
  const accounts = demo.kind === "ready" ? demo.value : [];
  useEffect(() => {
    const code = new URLSearchParams(window.location.search).get("problem");
    if (code === null) return;
    const key = `problem.${code}`;
    say(has(key) ? t(key) : t("signin.providerRefused"));
    // Said once, for the address the provider's answer led to.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [here]);
  const enter = (institution: string, email: string, password: string): void =>
    run(async () => {
      await open("POST", "/auth/sign-in", { institution, email, password, mode: "cookie" });
      rememberSession(institution);
      go(onwards());
    });
  const submit = (): void => {
    const wrong = whoProblem(institution, email);
    if (wrong !== null) return say(t(wrong));
    if (password === "") return say(t("signin.passwordMissing"));
    enter(institution.trim(), email.trim(), password);
  };
  const actions = (
    <>
      <button type="submit" className="button primary large wide" disabled={busy}>
        {t(busy ? "signin.busy" : "signin.submit")}
      </button>
      <Go to="/forgot-password" className="text-button">
        {t("signin.forgot")}
      </Go>
      <Go to="/found-school" className="text-button">
        {t("found.title")}
      </Go>
      <Providers institution={institution.trim()} />
    </>
  );
  return (
    <Frame>
      <div className="signin">
        <AccountForm title={t("signin.title")} problem={problem} onSubmit={submit} actions={actions}>
          <SchoolField value={institution} onChange={setInstitution} />
          <EmailField value={email} onChange={setEmail} />
          <PasswordField value={password} onChange={setPassword} />
        </AccountForm>
        {accounts.length > 0 && <DemoAccounts accounts={accounts} busy={busy} onChoose={(one) => enter(one.institution, one.email, one.password)} />}
      </div>
    </Frame>
  );
}

/** The buttons of the providers a school trusts, once its name is typed. */
function Providers({ institution }: { institution: string }) {
  const { t } = useTexts();
  const wanted = useSettled(isSchoolName(institution) ? institution : "");
  const { loaded } = useLoaded(`providers ${wanted}`, async () => {
    if (wanted === "") return [];
    const query = new URLSearchParams({ institution: wanted });
    return (await open<Page<Provider>>("GET", `/auth/providers?${query}`)).items;
  });
  if (loaded.kind !== "ready" || loaded.value.length === 0) return null;
  return (
    <div className="stack">
      <p className="or quiet">
        <span>{t("signin.or")}</span>
      </p>
      {loaded.value.map(({ id, name }) => (
        <a
          key={id}
          className="button wide"
          href={`/api/v1/auth/oidc/${wanted}/${id}?${new URLSearchParams({ next: "/courses" })}`}
          onClick={() => rememberSession(wanted)}
        >
          <KeyRound aria-hidden /> <span>{t("signin.with", { name })}</span>
        </a>
      ))}
    </div>
  );
}

/** A value once it has stayed the same for a moment: no request for each letter. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), 400);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

function DemoAccounts(props: { accounts: DemoAccount[]; busy: boolean; onChoose(account: DemoAccount): void }) {
  const { t } = useTexts();
  const { accounts, busy, onChoose } = props;
  const shown = [...accounts].sort((a, b) => Number(MAIN_ROLES.includes(b.role)) - Number(MAIN_ROLES.includes(a.role)));
  return (
    <section className="card stack demo-accounts">
      <h2>{t("signin.demo")}</h2>
      <p className="quiet">{t("signin.demoHint")}</p>
      <ul className="stack tight">
        {shown.map((account) => (
          <li key={account.email}>
            <button type="button" className="button wide spread" disabled={busy} onClick={() => onChoose(account)}>
              <bdi>{account.name}</bdi>
              <span className="quiet small">{t(`roles.${account.role}`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
