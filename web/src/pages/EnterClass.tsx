/** A class' address without a join token: paste one. */

import { useEffect } from "react";
import { useI18n } from "../i18n/provider";
import type { Ticket } from "../room/tickets";
import { Frame } from "./Frame";
import { TokenEntry } from "./TokenEntry";

export function EnterClass({ room, onTicket }: { room: string; onTicket(ticket: Ticket): void }) {
  const { t } = useI18n();
  useEffect(() => {
    document.title = `${room} · ${t("app.name")}`;
  }, [room, t]);
  const actions = (
    <div className="row end">
      <a className="button" href="/">
        {t("ended.home")}
      </a>
      <button type="submit" className="button primary">
        {t("landing.enter")}
      </button>
    </div>
  );
  return (
    <Frame>
      <TokenEntry room={room} className="card narrow stack" onTicket={onTicket} actions={actions}>
        <h1>{t("enter.title", { room })}</h1>
        <p className="quiet">{t("enter.lead")}</p>
      </TokenEntry>
    </Frame>
  );
}
