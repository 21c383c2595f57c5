/** Into a class by a pasted join token; which class is asked for where the address does not say it. */

import type { ReactNode, SyntheticEvent } from "react";
import { useId, useState } from "react";
import { useI18n } from "../i18n/provider";
import type { Ticket } from "../room/tickets";
import { keepTicket, pastedTicket } from "../room/tickets";
import { isRoomName } from "./routes";

interface Props {
  /** Null: it is asked for. */
  room: string | null;
  className: string;
  onTicket(ticket: Ticket): void;
  children?: ReactNode;
  actions: ReactNode;
}

export function TokenEntry({ room, className, onTicket, children, actions }: Props) {
  const { t } = useI18n();
  const [wanted, setWanted] = useState("");
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState("");
  const id = useId();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const name = room ?? wanted.trim();
    if (!isRoomName(name)) return setProblem(t("landing.roomHint"));
    if (token.trim() === "") return setProblem(t("enter.missing"));
    const ticket = pastedTicket(name, token);
    keepTicket(ticket);
    onTicket(ticket);
  };
  return (
    <form className={className} onSubmit={submit} noValidate>
      {children}
      {room === null && (
        <div className="field">
          <label htmlFor={`${id}room`}>{t("landing.room")}</label>
          <input
            id={`${id}room`}
            dir="ltr"
            autoCapitalize="off"
            autoComplete="off"
            aria-describedby={`${id}hint`}
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
          />
          <p id={`${id}hint`} className="quiet small">
            {t("landing.roomHint")}
          </p>
        </div>
      )}
      <div className="field">
        <label htmlFor={`${id}token`}>{t("landing.tokenLabel")}</label>
        <textarea
          id={`${id}token`}
          dir="ltr"
          rows={room === null ? 3 : 4}
          autoComplete="off"
          spellCheck={false}
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
      </div>
      {problem !== "" && (
        <p className="field-error" role="alert">
          {problem}
        </p>
      )}
      {actions}
    </form>
  );
}
