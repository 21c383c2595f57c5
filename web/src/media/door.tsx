/**
 * Where a call is entered. Everything behind it is one chunk, fetched when somebody comes in; this part is on every
 * classroom page.
 */

import { Video } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { useRoom } from "../class/room";
import { useI18n } from "../i18n/provider";
import { Store } from "../room/store";
import { useStore } from "../ui/useStore";
import type { Call } from "./call";
import { rememberedCall } from "./remembered";

const load = () => import("./room");
const JoinDialog = lazy(() => load().then((room) => ({ default: room.JoinDialog })));
const Stage = lazy(() => load().then((room) => ({ default: room.Stage })));
const CallBar = lazy(() => load().then((room) => ({ default: room.CallBar })));
const Captions = lazy(() => load().then((room) => ({ default: room.Captions })));

const NOT_IN = new Store({ phase: "out" });
const NOT_SHOWN = new Store({ stage: false });

export interface Door {
  call: Call | null;
  inCall: boolean;
  /** People are shown large, in place of the document. */
  stage: boolean;
  open(): void;
}

/** A reload comes back into the call by itself. */
export function useDoor(): { door: Door; dialog: React.ReactNode } {
  const { session } = useRoom();
  const [call, setCall] = useState<Call | null>(null);
  const [asking, setAsking] = useState(false);
  const { phase } = useStore<{ phase: string }>(call?.state ?? NOT_IN);
  const { stage } = useStore<{ stage: boolean }>(call?.shown ?? NOT_SHOWN);

  useEffect(() => {
    const before = rememberedCall(session.room);
    let here = true;
    if (before !== null) {
      void load().then(({ comeBack, makeCall }) => {
        if (!here) return;
        const made = makeCall(session);
        setCall(made);
        comeBack(made, before);
      });
    }
    return () => {
      here = false;
    };
  }, [session]);
  useEffect(() => () => call?.destroy(), [call]);

  const open = useCallback(() => {
    setAsking(true);
    if (call === null) void load().then(({ makeCall }) => setCall(makeCall(session)));
  }, [call, session]);
  const close = useCallback(() => setAsking(false), []);

  const inCall = phase !== "out";
  const dialog = asking && call !== null && (
    <Suspense>
      <JoinDialog call={call} onClose={close} />
    </Suspense>
  );
  return { door: { call, inCall, stage: inCall && stage, open }, dialog };
}

export function CallButton({ door }: { door: Door }) {
  const { t } = useI18n();
  if (door.inCall) return null;
  return (
    <button type="button" className="button call-button" onClick={door.open} title={t("media.open")}>
      <Video aria-hidden />
      <span className="label">{t("media.open")}</span>
    </button>
  );
}

export function CallStage({ door }: { door: Door }) {
  if (door.call === null || !door.inCall) return null;
  return (
    <Suspense>
      <Stage call={door.call} />
    </Suspense>
  );
}

export function CallControls({ door }: { door: Door }) {
  if (door.call === null || !door.inCall) return null;
  return (
    <Suspense>
      <CallBar call={door.call} />
    </Suspense>
  );
}

export function CallCaptions({ door }: { door: Door }) {
  if (door.call === null || !door.inCall) return null;
  return (
    <Suspense>
      <Captions call={door.call} />
    </Suspense>
  );
}
