/** A class' address without a join token: paste one. */

import type { SyntheticEvent } from "react";
import { useEffect, useId, useState } from "react";
import { useI18n } from "../i18n/provider";
import type { Ticket } from "../room/tickets";
import { keepTicket, pastedTicket } from "../room/tickets";
import { Frame } from "./Frame";

export function EnterClass({ room, onTicket }: { room: string; onTicket(ticket: Ticket): void }) {
  const { t } = useI18n();
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState("");
  const id = useId();
  useEffect(() => {
    document.title = `${room} · ${t("app.name")}`;
  }, [room, t]);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (token.trim() === "") return setProblem(t("enter.missing"));
    const ticket = pastedTicket(room, token);
    keepTicket(ticket);
    onTicket(ticket);
  };
  return (
    <Frame>
      <form className="card narrow stack" onSubmit={submit} noValidate>
        <h1>{t("enter.title", { room })}</h1>
        <p className="quiet">{t("enter.lead")}</p>
        <div className="field">
          <label htmlFor={id}>{t("landing.tokenLabel")}</label>
          <textarea
            id={id}
            dir="ltr"
            rows={4}
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
        <div className="row end">
          <a className="button" href="/">
            {t("ended.home")}
          </a>
          <button type="submit" className="button primary">
            {t("landing.enter")}
          </button>
        </div>
      </form>
    </Frame>
  );
}
