/** The recordings of a class. */

import { ArrowLeft, CircleDot, Play, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { Frame } from "../pages/Frame";
import { classPath, follow, recordingPath } from "../pages/routes";
import type { Ticket } from "../room/tickets";
import { useAnnounce } from "../ui/Announcer";
import type { Kept } from "./api";
import { remove } from "./api";
import { Failed, reasonOf } from "./Failed";
import { useTexts } from "./texts";

export type Found = { kind: "looking" } | { kind: "found"; all: Kept[] } | { kind: "failed"; error: unknown };

export function List({ ticket, found, look }: { ticket: Ticket; found: Found; look(): void }) {
  const { t } = useTexts();
  const title = ticket.room === "demo" ? t("class.demo") : (ticket.title ?? ticket.room);
  useEffect(() => {
    document.title = `${t("playback.title")} · ${title}`;
  }, [t, title]);
  return (
    <Frame>
      <div className="recordings stack">
        <a className="text-button" href={classPath(ticket.room)} onClick={(event) => follow(event, classPath(ticket.room))}>
          <ArrowLeft aria-hidden className="flip" /> {t("playback.toClass")}
        </a>
        <header>
          <h1>{t("playback.title")}</h1>
          <p className="quiet">
            <bdi>{title}</bdi>
          </p>
        </header>
        <p className="quiet">{t("playback.lead")}</p>
        {found.kind === "looking" && <p role="status">{t("app.loading")}</p>}
        {found.kind === "failed" && <Failed text={t("playback.failed", { reason: reasonOf(found.error) })} again={look} />}
        {found.kind === "found" && found.all.length === 0 && (
          <div className="card">
            <p>{t("playback.none")}</p>
            <p className="quiet">{t("playback.noneHint")}</p>
          </div>
        )}
        {found.kind === "found" && (
          <ul className="recording-list">
            {found.all.map((kept) => (
              <Row key={kept.id} ticket={ticket} kept={kept} gone={look} />
            ))}
          </ul>
        )}
      </div>
    </Frame>
  );
}

function Row({ ticket, kept, gone }: { ticket: Ticket; kept: Kept; gone(): void }) {
  const { t, when, clock, megabytes } = useTexts();
  const day = when(kept.started);
  const path = recordingPath(ticket.room, kept.id);
  return (
    <li className="recording-row card">
      <div className="grow">
        <h2>{day}</h2>
        <p className="quiet small">
          <bdi dir="ltr">{clock(kept.seconds)}</bdi> · {megabytes(kept.bytes)}
        </p>
        {!kept.running && kept.ended === null && <p className="small">{t("playback.cutOff")}</p>}
      </div>
      {kept.running ? (
        <p className="with-icon">
          <CircleDot aria-hidden /> {t("playback.running")}
        </p>
      ) : (
        <div className="row">
          <a className="button primary" href={path} aria-label={t("playback.play", { when: day })} onClick={(event) => follow(event, path)}>
            <Play aria-hidden /> {t("playback.playShort")}
          </a>
          {isStaffToken(ticket.token) && <Delete ticket={ticket} kept={kept} day={day} gone={gone} />}
        </div>
      )}
    </li>
  );
}

/** Asked twice: it is gone for everybody. */
function Delete({ ticket, kept, day, gone }: { ticket: Ticket; kept: Kept; day: string; gone(): void }) {
  const { t } = useTexts();
  const announce = useAnnounce();
  const [sure, setSure] = useState(false);
  const [problem, setProblem] = useState("");
  const go = (): void => {
    remove(ticket, kept.id).then(
      () => {
        announce(t("playback.deleted"));
        gone();
      },
      (error: unknown) => setProblem(reasonOf(error)),
    );
  };
  if (!sure) {
    return (
      <button type="button" className="button danger-quiet" aria-label={t("playback.delete", { when: day })} onClick={() => setSure(true)}>
        <Trash2 aria-hidden /> {t("playback.deleteShort")}
      </button>
    );
  }
  return (
    <>
      <button type="button" className="button danger" onClick={go}>
        {t("playback.deleteSure")}
      </button>
      <button type="button" className="button" autoFocus onClick={() => setSure(false)}>
        {t("playback.keep")}
      </button>
      {problem !== "" && (
        <p className="field-error" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

/** What is offered, not what is allowed: the server decides. */
function isStaffToken(token: string): boolean {
  try {
    const claims = JSON.parse(atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/"))) as { rol?: unknown };
    return claims.rol === "teacher" || claims.rol === "assistant";
  } catch {
    return false;
  }
}
