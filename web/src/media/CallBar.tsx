/** What one does in a call: microphone, camera, screen, how people are shown, and leaving. */

import {
  AudioLines,
  Captions as CaptionsIcon,
  LayoutGrid,
  Mic,
  MicOff,
  MonitorUp,
  MonitorX,
  PanelTopClose,
  PhoneOff,
  Settings2,
  SignalHigh,
  SignalLow,
  SignalMedium,
  SignalZero,
  Video,
  VideoOff,
} from "lucide-react";
import type { ReactNode } from "react";
import { useEffect, useRef, useState } from "react";
import { useRoom } from "../class/room";
import type { I18n } from "../i18n/i18n";
import { useI18n } from "../i18n/provider";
import { isStaff, takesPart } from "../room/roles";
import { useAnnounce } from "../ui/Announcer";
import { Dialog } from "../ui/Dialog";
import { useToast } from "../ui/Toasts";
import { useStore } from "../ui/useStore";
import type { Call, Notice } from "./call";
import { captionChoice, chooseCaptions } from "./captionChoice";
import { mayShareScreen } from "./capture";
import { DeviceChoice, Meter } from "./JoinDialog";
import type { CallKey } from "./keys";
import { keyOf, useCallKeys } from "./keys";
import type { Quality } from "./quality";
import { rememberedDevices } from "./remembered";

export function CallBar({ call }: { call: Call }) {
  const { me } = useRoom();
  const { t } = useI18n();
  const { on, own, may } = useStore(call.state);
  const { stage, audioOnly } = useStore(call.shown);
  const captions = useStore(captionChoice);
  const [settings, setSettings] = useState(false);
  const sends = takesPart(me.role);
  const shares = sends && mayShareScreen();
  const sharing = own.screen.wanted;
  useNotices(call);
  useAnnounced(call);
  useKeys(call, sends, shares);
  return (
    <section className="callbar" aria-label={t("media.region")}>
      <Banners call={call} />
      <div className="callbar-tools" role="toolbar" aria-label={t("media.tools")}>
        {sends && (
          <>
            <Tool
              label={t("media.microphone")}
              hint={t(on.microphone ? "media.muteMe" : "media.unmuteMe")}
              shortcut="microphone"
              pressed={on.microphone}
              off={!on.microphone}
              allowed={may.includes("microphone")}
              onClick={() => call.toggle("microphone")}
            >
              {on.microphone ? <Mic aria-hidden /> : <MicOff aria-hidden />}
            </Tool>
            <Tool
              label={t("media.camera")}
              hint={t(on.camera ? "media.cameraOff" : "media.cameraOn")}
              shortcut="camera"
              pressed={on.camera}
              off={!on.camera}
              allowed={may.includes("camera")}
              onClick={() => call.toggle("camera")}
            >
              {on.camera ? <Video aria-hidden /> : <VideoOff aria-hidden />}
            </Tool>
          </>
        )}
        {shares && (
          <Tool
            label={t("media.share")}
            hint={t(sharing ? "media.stopShare" : "media.share")}
            shortcut="share"
            pressed={sharing}
            allowed={may.includes("screen")}
            onClick={() => void call.share(!sharing)}
          >
            {sharing ? <MonitorX aria-hidden /> : <MonitorUp aria-hidden />}
          </Tool>
        )}
        <Tool
          label={t("media.large")}
          hint={t(stage ? "media.small" : "media.large")}
          pressed={stage}
          onClick={() => call.show({ stage: !stage })}
        >
          {stage ? <PanelTopClose aria-hidden /> : <LayoutGrid aria-hidden />}
        </Tool>
        <Tool
          className="where-wide"
          label={t("media.audioOnly")}
          hint={t(audioOnly ? "media.withVideo" : "media.audioOnly")}
          pressed={audioOnly}
          onClick={() => call.show({ audioOnly: !audioOnly })}
        >
          <AudioLines aria-hidden />
        </Tool>
        <Tool
          label={t("captions.title")}
          hint={t(captions.on ? "captions.hide" : "captions.show")}
          shortcut="captions"
          pressed={captions.on}
          onClick={() => chooseCaptions({ on: !captions.on })}
        >
          <CaptionsIcon aria-hidden />
        </Tool>
        <QualityButton call={call} onClick={() => setSettings(true)} />
        <button type="button" className="button danger call-leave" title={t("media.leave")} onClick={() => call.leave()}>
          <PhoneOff aria-hidden />
          <span className="label">{t("media.leave")}</span>
        </button>
      </div>
      {settings && <CallSettings call={call} staff={isStaff(me.role)} sends={sends} onClose={() => setSettings(false)} />}
    </section>
  );
}

interface ToolProps {
  className?: string;
  /** What it is; `pressed` says whether it is on. */
  label: string;
  /** What a click does. */
  hint: string;
  shortcut?: CallKey;
  pressed: boolean;
  off?: boolean;
  allowed?: boolean;
  onClick(): void;
  children: ReactNode;
}

function Tool({ className = "", label, hint, shortcut, pressed, off = false, allowed = true, onClick, children }: ToolProps) {
  const { t } = useI18n();
  const key = shortcut === undefined ? null : keyOf(shortcut);
  return (
    <button
      type="button"
      className={`icon-button call-toggle${off ? " off" : ""} ${className}`}
      aria-pressed={pressed}
      aria-label={label}
      aria-keyshortcuts={key?.aria}
      aria-disabled={!allowed}
      title={!allowed ? t("media.problem.forbidden") : key === null ? hint : `${hint} (\u2068${key.keys}\u2069)`}
      onClick={allowed ? onClick : undefined}
    >
      {children}
    </button>
  );
}

const QUALITY_ICONS: Record<Quality, typeof SignalHigh> = {
  unknown: SignalMedium,
  good: SignalHigh,
  fair: SignalMedium,
  poor: SignalLow,
  lost: SignalZero,
};

function QualityButton({ call, onClick }: { call: Call; onClick(): void }) {
  const { t } = useI18n();
  const { quality } = useStore(call.look);
  const Icon = QUALITY_ICONS[quality];
  const words = t("media.quality", { quality: t(`media.quality.${quality}`) });
  return (
    <button
      type="button"
      className={`icon-button quality ${quality}`}
      data-testid="quality"
      data-quality={quality}
      aria-label={`${t("media.devices")}. ${words}`}
      title={`${t("media.devices")}. ${words}`}
      onClick={onClick}
    >
      <Settings2 aria-hidden />
      <Icon className="quality-badge" aria-hidden />
    </button>
  );
}

/** Sound that waits for a click, a weak network, one's own screen on show. */
function Banners({ call }: { call: Call }) {
  const { t } = useI18n();
  const blocked = useStore(call.voices.blocked);
  const strained = useStore(call.strained);
  const { own } = useStore(call.state);
  return (
    <>
      {blocked && (
        <div className="banner lost" role="alert">
          <p className="grow">{t("media.blocked")}</p>
          <button type="button" className="button small-button" onClick={() => call.voices.unblock()}>
            {t("media.unblock")}
          </button>
        </div>
      )}
      {strained && (
        <div className="banner lost" role="status">
          <p className="grow">{t("media.strained")}</p>
          <button type="button" className="button small-button" onClick={() => call.show({ audioOnly: true })}>
            {t("media.audioOnly")}
          </button>
          <button type="button" className="button small-button quiet-button" onClick={() => call.forgive()}>
            {t("media.notNow")}
          </button>
        </div>
      )}
      {own.screen.wanted && (
        <div className="banner leading" role="status">
          <p className="grow">{t("media.sharingBanner")}</p>
          <button type="button" className="button small-button" onClick={() => void call.share(false)}>
            {t("media.stopShare")}
          </button>
        </div>
      )}
    </>
  );
}

function CallSettings(props: { call: Call; staff: boolean; sends: boolean; onClose(): void }) {
  const { call, sends } = props;
  const { t } = useI18n();
  const microphone = useStore(call.microphone.track);
  const camera = useStore(call.camera.track);
  const { on } = useStore(call.state);
  const { audioOnly } = useStore(call.shown);
  const [ids, setIds] = useState(rememberedDevices);
  const choose = (device: "camera" | "microphone", id: string): void => {
    setIds({ ...ids, [device]: id });
    void call.choose(device, id);
  };
  return (
    <Dialog title={t("media.devices")} onClose={props.onClose}>
      <div className="stack">
        {sends && (
          <>
            {microphone !== null && on.microphone && <Meter track={microphone} />}
            <DeviceChoice device="camera" id={ids.camera} fresh={camera} onChoose={choose} />
            <DeviceChoice device="microphone" id={ids.microphone} fresh={microphone} onChoose={choose} />
          </>
        )}
        <label className="check">
          <input type="checkbox" checked={audioOnly} onChange={(event) => call.show({ audioOnly: event.target.checked })} />
          <span>{t("media.audioOnly")}</span>
        </label>
        <Figures call={call} />
      </div>
    </Dialog>
  );
}

function Figures({ call }: { call: Call }) {
  const { t, percent } = useI18n();
  const { quality, loss, roundTrip, bitrate } = useStore(call.look);
  const rows = [
    [t("media.loss"), percent(loss)],
    [t("media.roundTrip"), t("media.milliseconds", { count: Math.round(roundTrip * 1000) })],
    [t("media.bitrate"), t("media.kilobits", { count: Math.round(bitrate / 1000) })],
  ] as const;
  return (
    <section>
      <h3 className="panel-heading">{t("media.quality", { quality: t(`media.quality.${quality}`) })}</h3>
      <dl className="shortcuts">
        {rows.map(([what, value]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function useKeys(call: Call, sends: boolean, shares: boolean): void {
  useCallKeys({
    key: (key) => {
      if (key === "captions") chooseCaptions({ on: !captionChoice.get().on });
      else if (key === "share") {
        if (shares) void call.share(!call.state.get().own.screen.wanted);
      } else if (sends) call.toggle(key);
    },
    talk: (talk) => {
      if (sends && call.state.get().on.microphone !== talk) void call.turn("microphone", talk);
    },
  });
}

/** What happened to one's devices is said in words, once. */
function useNotices(call: Call): void {
  const i18n = useI18n();
  const toast = useToast();
  const notice = useStore(call.notice);
  const said = useRef<Notice | null>(null);
  useEffect(() => {
    if (notice === null || notice === said.current) return;
    said.current = notice;
    toast(noticeWords(i18n, notice));
  }, [notice, toast, i18n]);
}

function noticeWords({ t }: I18n, notice: Notice): string {
  switch (notice.kind) {
    case "fault":
      return t(`media.fault.${notice.device}.${notice.fault}`);
    case "problem":
      return t(`media.problem.${notice.problem}`);
    case "turned-off":
      return t(`media.turnedOff.${notice.device}`);
    case "removed":
      return t(`media.removed.${notice.slot}`);
    case "unplugged":
      return t(`media.unplugged.${notice.device}`);
  }
}

/** For those who listen: what a key or a click did. */
function useAnnounced(call: Call): void {
  const { t } = useI18n();
  const announce = useAnnounce();
  const { on, own } = useStore(call.state);
  const sharing = own.screen.wanted;
  const before = useRef({ ...on, sharing });
  useEffect(() => {
    const was = before.current;
    before.current = { ...on, sharing };
    if (was.microphone !== on.microphone) announce(t(on.microphone ? "media.nowHeard" : "media.nowMuted"));
    if (was.camera !== on.camera) announce(t(on.camera ? "media.nowSeen" : "media.nowUnseen"));
    if (sharing && !was.sharing) announce(t("media.nowSharing"));
  }, [announce, on, sharing, t]);
}
