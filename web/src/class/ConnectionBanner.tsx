/** Says when the connection is lost, when the next try is, and when it is back. */

import { WifiOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useI18n } from "../i18n/provider";
import type { ConnectionState } from "../protocol/machine";
import { useAnnounce } from "../ui/Announcer";
import { useStore } from "../ui/useStore";
import { useRoom } from "./room";

export function ConnectionBanner() {
  const { session } = useRoom();
  const { t } = useI18n();
  const announce = useAnnounce();
  const state = useStore(session.connection);
  const storage = useStore(session.storage);
  const live = state.kind === "live";
  const wasLive = useRef(live);
  useEffect(() => {
    if (live && !wasLive.current) announce(t("connection.back"));
    wasLive.current = live;
  }, [announce, live, t]);
  if (!live) {
    return (
      <div className="banner lost" role="alert" data-testid="connection-lost">
        <WifiOff aria-hidden />
        <p className="grow">{t("connection.lost")}</p>
        <NextTry state={state} />
      </div>
    );
  }
  if (storage) return null;
  return (
    <div className="banner lost" role="alert">
      <p>{t("connection.storage")}</p>
    </div>
  );
}

function NextTry({ state }: { state: ConnectionState }) {
  const { session } = useRoom();
  const { t } = useI18n();
  const until = state.kind === "waiting" ? state.until : null;
  const seconds = useSecondsUntil(until);
  return (
    <div className="row nowrap">
      <span aria-hidden="true" className="small">
        {until === null ? t("connection.connecting") : t("connection.again", { count: seconds })}
      </span>
      <button type="button" className="button small-button" disabled={until === null} onClick={() => session.tryNow()}>
        {t("connection.now")}
      </button>
    </div>
  );
}

function useSecondsUntil(until: number | null): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (until === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [until]);
  return Math.max(0, Math.ceil(((until ?? now) - now) / 1_000));
}
