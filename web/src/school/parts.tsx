/** Small parts of the school's pages. */

import type { ComponentProps, ReactNode } from "react";
import { useEffect, useId, useRef, useState } from "react";
import { follow } from "../pages/routes";
import { useTexts } from "./texts";
import type { Loaded } from "./useLoaded";

/** A link inside the application. */
export function Go({ to, ...rest }: { to: string } & Omit<ComponentProps<"a">, "href" | "onClick">) {
  return <a {...rest} href={to} onClick={(event) => follow(event, to)} />;
}

/** The page's heading; it gets the focus when the page comes, so that a screen reader begins there. */
export function Heading({ children, title }: { children: ReactNode; title: string }) {
  const { t } = useTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => {
    document.title = `${title} · ${t("app.name")}`;
  }, [title, t]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}

/** A value that is being loaded, or why it is not there. */
export function Ready<T>(props: { of: Loaded<T>; again?: () => void; children(value: T): ReactNode }) {
  const { t } = useTexts();
  const { of, again, children } = props;
  if (of.kind === "ready") return children(of.value);
  if (of.kind === "failed") return <Trouble error={of.error} again={again} />;
  return (
    <p className="quiet" role="status">
      {t("app.loading")}
    </p>
  );
}

export function Trouble({ error, again }: { error: unknown; again?: (() => void) | undefined }) {
  const { t, problem } = useTexts();
  return (
    <div className="trouble" role="alert">
      <p>{problem(error)}</p>
      {again && (
        <button type="button" className="button small-button" onClick={again}>
          {t("doc.retry")}
        </button>
      )}
    </div>
  );
}

export function Field(props: { label: string; hint?: string | undefined } & ComponentProps<"input">) {
  const { label, hint, ...rest } = props;
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} aria-describedby={hint === undefined ? undefined : `${id}hint`} {...rest} />
      {hint !== undefined && (
        <p id={`${id}hint`} className="quiet small">
          {hint}
        </p>
      )}
    </div>
  );
}

export function Area(props: { label: string; hint?: string | undefined } & ComponentProps<"textarea">) {
  const { label, hint, ...rest } = props;
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea id={id} dir="auto" aria-describedby={hint === undefined ? undefined : `${id}hint`} {...rest} />
      {hint !== undefined && (
        <p id={`${id}hint`} className="quiet small">
          {hint}
        </p>
      )}
    </div>
  );
}

export function Select(props: { label: string } & ComponentProps<"select">) {
  const { label, ...rest } = props;
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} {...rest} />
    </div>
  );
}

export function Check({ label, checked, onChange }: { label: ReactNode; checked: boolean; onChange(on: boolean): void }) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>{label}</span>
    </label>
  );
}

/** Why a form was not taken; empty: nothing to say. */
export function FormProblem({ text }: { text: string }) {
  return text === "" ? null : (
    <p className="field-error" role="alert">
      {text}
    </p>
  );
}

/** Work of less than this needs no word about it. */
const SOON_MS = 2_000;

/** What is on its way for longer than two seconds says so. `share`: how much is done, where that is known. */
export function Working({ busy, share, label }: { busy: boolean; share?: number | undefined; label?: string | undefined }) {
  return busy ? <WorkingNow share={share} label={label} /> : null;
}

function WorkingNow({ share, label }: { share: number | undefined; label: string | undefined }) {
  const { t, percent } = useTexts();
  const [shown, setShown] = useState(share !== undefined);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), SOON_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  const words = label ?? t("manage.working");
  return (
    <div className="working">
      <p role="status">{words}</p>
      <progress aria-label={words} max={1} value={share} />
      {share !== undefined && <span aria-hidden>{percent(share)}</span>}
    </div>
  );
}

/** The end of a form on a page: what went wrong, what is on its way, and do it. */
export function FormEnd({ busy, problem, action }: { busy: boolean; problem: string; action: ReactNode }) {
  return (
    <>
      <FormProblem text={problem} />
      <Working busy={busy} />
      <div className="row end">
        <button type="submit" className="button primary" disabled={busy}>
          {action}
        </button>
      </div>
    </>
  );
}

interface DialogEndProps {
  busy: boolean;
  problem: string;
  /** How much is done, where that is known. */
  share?: number | undefined;
  /** The word on the button that does it. */
  action: ReactNode;
  danger?: boolean | undefined;
  onClose(): void;
  /** Without it the button submits the form it stands in. */
  onDo?: (() => void) | undefined;
}

/** The end of every dialog that does something: what went wrong, what is on its way, back, and do it. */
export function DialogEnd({ busy, problem, share, action, danger, onClose, onDo }: DialogEndProps) {
  const { t } = useTexts();
  return (
    <>
      <FormProblem text={problem} />
      <Working busy={busy} share={share} />
      <div className="row end">
        <button type="button" className="button" onClick={onClose}>
          {t("class.cancel")}
        </button>
        <button
          type={onDo ? "button" : "submit"}
          className={`button ${danger ? "danger" : "primary"}`}
          disabled={busy}
          onClick={onDo}
        >
          {action}
        </button>
      </div>
    </>
  );
}
