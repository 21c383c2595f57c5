/** The first page: who are you, and in you go. */

import { Crown, Eye, HandHelping, UserRound } from "lucide-react";
import type { SyntheticEvent } from "react";
import { useEffect, useId, useRef, useState } from "react";
import { useI18n } from "../i18n/provider";
import type { Role } from "../protocol/frames";
import type { Ticket } from "../room/tickets";
import { call, keepTicket, Problem } from "../room/tickets";
import { Frame } from "./Frame";
import { problemWords } from "./problems";
import { classPath, follow, go } from "./routes";
import { Sample } from "./Sample";
import { TokenEntry } from "./TokenEntry";

interface Demo {
  class: { room: string; title: string };
  roles: Role[];
}

type Found = { kind: "looking" } | { kind: "demo"; demo: Demo } | { kind: "none" } | { kind: "failed"; error: unknown };

const ROLE_ICONS = { teacher: Crown, assistant: HandHelping, student: UserRound, observer: Eye } as const;
const LONGEST_NAME = 80;

export function Landing() {
  const i18n = useI18n();
  const { t } = i18n;
  const found = useDemo();
  useEffect(() => {
    document.title = t("app.name");
  }, [t]);
  const signIn = (
    <a className="button frame-link" href="/sign-in" onClick={(event) => follow(event, "/sign-in")}>
      {t("landing.signIn")}
    </a>
  );
  return (
    <Frame links={signIn}>
      <div className="landing">
        <section className="landing-words">
          <h1>{t("landing.title")}</h1>
          <p className="lead">{t("landing.lead")}</p>
          <Sample />
        </section>
        <section className="card landing-card" aria-busy={found.kind === "looking"}>
          {found.kind === "looking" && <p className="quiet">{t("landing.looking")}</p>}
          {found.kind === "demo" && <JoinForm demo={found.demo} />}
          {found.kind === "none" && (
            <div className="stack">
              <h2>{t("landing.noDemo")}</h2>
              <p className="quiet">{t("landing.noDemoHint")}</p>
            </div>
          )}
          {found.kind === "failed" && (
            <p className="field-error" role="alert">
              {problemWords(i18n, found.error)}
            </p>
          )}
          {found.kind !== "looking" && (
            <details className="token-way" open={found.kind === "none" || undefined}>
              <summary>{t("landing.token")}</summary>
              <TokenForm />
            </details>
          )}
        </section>
      </div>
    </Frame>
  );
}

function JoinForm({ demo }: { demo: Demo }) {
  const i18n = useI18n();
  const { t } = i18n;
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("student");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const nameField = useRef<HTMLInputElement>(null);
  const nameId = useId();
  const hintId = useId();
  const rolesId = useId();
  const title = demo.class.room === "demo" ? t("class.demo") : demo.class.title;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (name.trim() === "") {
      setProblem(t("landing.nameMissing"));
      nameField.current?.focus();
      return;
    }
    setBusy(true);
    join(name.trim(), role, demo.class.title).then(
      (room) => go(classPath(room)),
      (error: unknown) => {
        setBusy(false);
        setProblem(problemWords(i18n, error));
      },
    );
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <h2>{title}</h2>
      <div className="field">
        <label htmlFor={nameId}>{t("landing.name")}</label>
        <input
          ref={nameField}
          id={nameId}
          name="name"
          dir="auto"
          autoComplete="name"
          maxLength={LONGEST_NAME}
          aria-describedby={hintId}
          aria-invalid={problem !== ""}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <p id={hintId} className={problem === "" ? "quiet small" : "field-error"} role={problem === "" ? undefined : "alert"}>
          {problem === "" ? t("landing.nameHint") : problem}
        </p>
      </div>
      <fieldset className="field plain">
        <legend>{t("landing.role")}</legend>
        <div className="cards two">
          {demo.roles.map((one) => {
            const Icon = ROLE_ICONS[one];
            return (
              <label key={one} className="card-choice">
                <input
                  type="radio"
                  name="role"
                  value={one}
                  aria-label={t(`role.${one}`)}
                  aria-describedby={`${rolesId}-${one}`}
                  checked={role === one}
                  onChange={() => setRole(one)}
                />
                <Icon aria-hidden />
                <span>
                  <strong>{t(`role.${one}`)}</strong>
                  <span className="quiet small" id={`${rolesId}-${one}`}>
                    {t(`role.${one}Hint`)}
                  </span>
                </span>
              </label>
            );
          })}
        </div>
      </fieldset>
      <button type="submit" className="button primary large wide" disabled={busy}>
        {busy ? t("landing.joining") : t("landing.join", { title })}
      </button>
    </form>
  );
}

function TokenForm() {
  const { t } = useI18n();
  const enter = (
    <button type="submit" className="button wide">
      {t("landing.enter")}
    </button>
  );
  return <TokenEntry room={null} className="stack" onTicket={({ room }) => go(classPath(room))} actions={enter} />;
}

function useDemo(): Found {
  const [found, setFound] = useState<Found>({ kind: "looking" });
  useEffect(() => {
    let wanted = true;
    call("/api/v1/demo").then(
      (demo) => wanted && setFound({ kind: "demo", demo: demo as Demo }),
      (error: unknown) => {
        const none = error instanceof Problem && error.status === 404;
        if (wanted) setFound(none ? { kind: "none" } : { kind: "failed", error });
      },
    );
    return () => {
      wanted = false;
    };
  }, []);
  return found;
}

async function join(name: string, role: Role, title: string): Promise<string> {
  const ticket = (await call("/api/v1/demo/join", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name, role }),
  })) as Ticket;
  keepTicket({ ...ticket, title });
  return ticket.room;
}
