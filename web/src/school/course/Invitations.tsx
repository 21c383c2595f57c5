/** Invitations into a course: by message to one person, or by a link for many. */

import { Copy, MailPlus, X } from "lucide-react";
import type { SyntheticEvent } from "react";
import { useState } from "react";
import { Dialog } from "../../ui/Dialog";
import { useToast } from "../../ui/Toasts";
import { list, send } from "../api";
import { Field, FormProblem, Ready, Select, Working } from "../parts";
import type { SchoolRole } from "../shapes";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { useSend } from "../useSend";

interface Invitation {
  id: string;
  role: SchoolRole;
  person_id: string | null;
  max_uses: number;
  uses: number;
  expires_at: string;
  revoked_at: string | null;
}

const ROLES = ["student", "assistant", "teacher", "observer"] as const;
const DAYS = 14;

export function Invitations({ course }: { course: string }) {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  const path = `/courses/${course}/invitations`;
  const { loaded, again } = useLoaded(path, () => list<Invitation>(path));
  return (
    <section className="stack tight">
      <div className="page-head">
        <h2>{t("invite.title")}</h2>
        <button type="button" className="button" onClick={() => setOpen(true)}>
          <MailPlus aria-hidden /> <span>{t("invite.new")}</span>
        </button>
      </div>
      <Ready of={loaded} again={again}>
        {(all) => <Open path={path} all={all} again={again} />}
      </Ready>
      {open && <InviteDialog path={path} onDone={again} onClose={() => setOpen(false)} />}
    </section>
  );
}

/** Those that still open something. */
function Open({ path, all, again }: { path: string; all: Invitation[]; again(): void }) {
  const { t, number, moment } = useTexts();
  const { busy, problem, run } = useSend();
  const [now] = useState(() => Date.now());
  const valid = all.filter((one) => one.revoked_at === null && one.uses < one.max_uses && Date.parse(one.expires_at) > now);
  if (valid.length === 0) return <p className="quiet">{t("invite.none")}</p>;
  return (
    <>
      <FormProblem text={problem} />
      <ul className="people-list">
        {valid.map((one) => (
          <li key={one.id} className="person-line">
            <span className="grow">
              <span>{t(one.person_id === null ? "invite.link" : "invite.message")}</span>
              <span className="quiet small block">
                {one.person_id === null && `${t("invite.used", { uses: number(one.uses), most: number(one.max_uses) })} · `}
                {t("invite.until", { time: moment(one.expires_at) })}
              </span>
            </span>
            <span className="badge">{t(`roles.${one.role}`)}</span>
            <button
              type="button"
              className="icon-button"
              aria-label={t("invite.revoke")}
              disabled={busy}
              onClick={() => run(() => send("DELETE", `${path}/${one.id}`).then(again))}
            >
              <X aria-hidden />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function InviteDialog({ path, onDone, onClose }: { path: string; onDone(): void; onClose(): void }) {
  const { t } = useTexts();
  const toast = useToast();
  const [how, setHow] = useState<"message" | "link">("message");
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState<SchoolRole>("student");
  const [uses, setUses] = useState("30");
  const [token, setToken] = useState<string | null>(null);
  const { busy, problem, say, run } = useSend();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (how === "message" && !email.includes("@")) return say(t("signin.emailMissing"));
    if (how === "link" && !(Number.isInteger(Number(uses)) && Number(uses) >= 1 && Number(uses) <= 10_000)) return say(t("invite.usesBad"));
    const whom = how === "message" ? { email: email.trim(), name: name.trim() || null } : { max_uses: Number(uses) };
    run(async () => {
      const made = await send<{ token: string | null }>("POST", path, { ...whom, role, days: DAYS });
      onDone();
      if (made.token !== null) return setToken(made.token);
      toast(t("invite.sent"));
      onClose();
    });
  };
  if (token !== null) return <LinkDialog token={token} onClose={onClose} />;
  return (
    <Dialog title={t("invite.new")} onClose={onClose}>
      <form className="stack" onSubmit={submit} noValidate>
        <Select label={t("invite.how")} value={how} onChange={(event) => setHow(event.target.value as "message" | "link")}>
          <option value="message">{t("invite.byMessage")}</option>
          <option value="link">{t("invite.byLink")}</option>
        </Select>
        {how === "message" ? (
          <>
            <Field
              label={t("signin.email")}
              type="email"
              dir="ltr"
              autoComplete="off"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
            <Field
              label={t("invite.name")}
              hint={t("invite.nameHint")}
              dir="auto"
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </>
        ) : (
          <Field
            label={t("invite.uses")}
            type="number"
            min={1}
            max={10_000}
            dir="ltr"
            value={uses}
            onChange={(event) => setUses(event.target.value)}
          />
        )}
        <Select label={t("invite.role")} value={role} onChange={(event) => setRole(event.target.value as SchoolRole)}>
          {ROLES.map((one) => (
            <option key={one} value={one}>
              {t(`roles.${one}`)}
            </option>
          ))}
        </Select>
        <FormProblem text={problem} />
        <Working busy={busy} />
        <div className="row end">
          <button type="submit" className="button primary" disabled={busy}>
            {t(how === "message" ? "invite.send" : "invite.make")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** The one time a link is shown. */
function LinkDialog({ token, onClose }: { token: string; onClose(): void }) {
  const { t } = useTexts();
  const toast = useToast();
  const link = `${window.location.origin}/invitation#${new URLSearchParams({ token })}`;
  const copy = (): void => {
    navigator.clipboard.writeText(link).then(
      () => toast(t("invite.copied")),
      () => toast(t("invite.copyByHand")),
    );
  };
  return (
    <Dialog title={t("invite.link")} onClose={onClose}>
      <div className="stack">
        <p>{t("invite.once")}</p>
        <Field label={t("invite.link")} dir="ltr" readOnly value={link} onFocus={(event) => event.target.select()} />
        <div className="row end">
          <button type="button" className="button primary" onClick={copy}>
            <Copy aria-hidden /> <span>{t("invite.copy")}</span>
          </button>
        </div>
      </div>
    </Dialog>
  );
}
