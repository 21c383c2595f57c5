/** What the forms of signing in have in common: the card they stand on, and their fields. */

import type { ReactNode, SyntheticEvent } from "react";
import { Field, FormProblem, Heading } from "../parts";
import { useTexts } from "../texts";

interface Props {
  title: string;
  lead?: string;
  /** Alone on the page, not beside other cards. */
  alone?: boolean;
  problem: string;
  onSubmit(): void;
  /** What stands below the reason why it was not taken: the buttons. */
  actions: ReactNode;
  children: ReactNode;
}

export function AccountForm({ title, lead, alone, problem, onSubmit, actions, children }: Props) {
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form className={`card stack ${alone ? "narrow" : ""}`} onSubmit={submit} noValidate>
      <Heading title={title}>{title}</Heading>
      {lead !== undefined && <p className="quiet">{lead}</p>}
      {children}
      <FormProblem text={problem} />
      {actions}
    </form>
  );
}

interface Text {
  value: string;
  onChange(value: string): void;
}

const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Whether this can be the short name of a school. */
export const isSchoolName = (text: string): boolean => SLUG.test(text.trim());

export function SchoolField({ value, onChange }: Text) {
  const { t } = useTexts();
  return (
    <Field
      label={t("signin.school")}
      hint={t("signin.schoolHint")}
      name="organization"
      dir="ltr"
      autoCapitalize="off"
      autoComplete="organization"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

export function EmailField({ value, onChange }: Text) {
  const { t } = useTexts();
  return (
    <Field
      label={t("signin.email")}
      name="email"
      type="email"
      dir="ltr"
      autoComplete="username"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** `hint`: of a password that is chosen now. */
export function PasswordField({ hint, value, onChange }: Text & { hint?: string }) {
  const { t } = useTexts();
  const fresh = hint !== undefined;
  return (
    <Field
      label={t(fresh ? "password.new" : "signin.password")}
      hint={hint}
      name="password"
      type="password"
      dir="ltr"
      autoComplete={fresh ? "new-password" : "current-password"}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** What is wrong with a school's name and an address, as a key of the catalogue; null: nothing. */
export function whoProblem(institution: string, email: string): "signin.schoolMissing" | "signin.emailMissing" | null {
  if (!isSchoolName(institution)) return "signin.schoolMissing";
  return email.includes("@") ? null : "signin.emailMissing";
}
