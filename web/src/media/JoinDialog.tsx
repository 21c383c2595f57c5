/** Before coming in: what one will look and sound like, and with which devices. */

import { Mic, MicOff, Video, VideoOff } from "lucide-react";
import type { ReactNode } from "react";
import { useCallback, useEffect, useId, useRef, useState } from "react";
import { useRoom } from "../class/room";
import { useI18n } from "../i18n/provider";
import { takesPart } from "../room/roles";
import { Avatar } from "../ui/Avatar";
import { Dialog } from "../ui/Dialog";
import type { Call } from "./call";
import type { Device, Fault } from "./capture";
import { devicesOf, faultOf, openDevice } from "./capture";
import { watchLevel } from "./level";
import { rememberChoice, rememberDevices, rememberedChoice, rememberedDevices } from "./remembered";

export function JoinDialog({ call, onClose }: { call: Call; onClose(): void }) {
  const { me } = useRoom();
  const { t } = useI18n();
  return (
    <Dialog title={t("media.preview")} onClose={onClose}>
      {takesPart(me.role) ? <Preview call={call} onClose={onClose} /> : <ListenOnly call={call} onClose={onClose} />}
    </Dialog>
  );
}

const NO_TRACKS = { camera: null, microphone: null };

function ListenOnly({ call, onClose }: { call: Call; onClose(): void }) {
  const { t } = useI18n();
  const join = (): void => {
    call.enter({ camera: false, microphone: false }, NO_TRACKS);
    onClose();
  };
  return (
    <div className="stack">
      <p>{t("media.listenOnly")}</p>
      <button type="button" className="button primary large wide" onClick={join}>
        {t("media.join")}
      </button>
    </div>
  );
}

function Preview({ call, onClose }: { call: Call; onClose(): void }) {
  const { me } = useRoom();
  const { t } = useI18n();
  const [on, setOn] = useState(rememberedChoice);
  const [ids, setIds] = useState(rememberedDevices);
  const camera = useDevice("camera", on.camera, ids.camera);
  const microphone = useDevice("microphone", on.microphone, ids.microphone);
  const choose = (device: Device, id: string): void => {
    rememberDevices({ [device]: id });
    setIds({ ...ids, [device]: id });
  };
  const join = (): void => {
    camera.keep();
    microphone.keep();
    rememberChoice(on);
    const wanted = { camera: on.camera && camera.fault === null, microphone: on.microphone && microphone.fault === null };
    call.enter(wanted, { camera: camera.track, microphone: microphone.track });
    onClose();
  };
  const faults = [
    { device: "camera" as const, fault: camera.fault, again: camera.again },
    { device: "microphone" as const, fault: microphone.fault, again: microphone.again },
  ];
  return (
    <div className="stack call-preview">
      <div className="preview-picture">
        {camera.track === null ? (
          <div className="preview-dark">
            <Avatar user={me.user} name={me.name} />
            <p>{t(on.camera && camera.fault === null ? "media.starting" : "media.cameraIsOff")}</p>
          </div>
        ) : (
          <Picture track={camera.track} label={t("media.previewLabel")} />
        )}
        <div className="preview-tools">
          <Toggle on={on.microphone} label={t("media.microphone")} onClick={() => setOn({ ...on, microphone: !on.microphone })}>
            {on.microphone ? <Mic aria-hidden /> : <MicOff aria-hidden />}
          </Toggle>
          <Toggle on={on.camera} label={t("media.camera")} onClick={() => setOn({ ...on, camera: !on.camera })}>
            {on.camera ? <Video aria-hidden /> : <VideoOff aria-hidden />}
          </Toggle>
        </div>
      </div>
      {microphone.track !== null && <Meter track={microphone.track} />}
      {faults.map(
        ({ device, fault, again }) => fault !== null && <FaultNote key={device} device={device} fault={fault} onAgain={again} />,
      )}
      <DeviceChoice device="camera" id={ids.camera} fresh={camera.track} onChoose={choose} />
      <DeviceChoice device="microphone" id={ids.microphone} fresh={microphone.track} onChoose={choose} />
      <button type="button" className="button primary large wide" onClick={join}>
        {t("media.join")}
      </button>
    </div>
  );
}

function Toggle(props: { on: boolean; label: string; onClick(): void; children: ReactNode }) {
  return (
    <button
      type="button"
      className="icon-button call-toggle"
      aria-pressed={props.on}
      aria-label={props.label}
      title={props.label}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}

export function FaultNote({ device, fault, onAgain }: { device: Device; fault: Fault; onAgain: (() => void) | null }) {
  const { t } = useI18n();
  return (
    <div className="note warning" role="alert">
      <p className="grow">{t(`media.fault.${device}.${fault}`)}</p>
      {onAgain !== null && fault !== "insecure" && (
        <button type="button" className="button small-button" onClick={onAgain}>
          {t("media.again")}
        </button>
      )}
    </div>
  );
}

/** Our own picture, as in a mirror. */
function Picture({ track, label }: { track: MediaStreamTrack; label: string }) {
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (ref.current !== null) ref.current.srcObject = new MediaStream([track]);
  }, [track]);
  return <video ref={ref} className="mirrored" autoPlay playsInline muted aria-label={label} />;
}

/** Moves many times a second, so it is painted past React. */
export function Meter({ track }: { track: MediaStreamTrack }) {
  const { t } = useI18n();
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => watchLevel(track, (level) => bar.current?.style.setProperty("--level", level.toFixed(2))), [track]);
  return (
    <div className="meter">
      <Mic aria-hidden />
      <div className="meter-track" role="img" aria-label={t("media.level")}>
        <div ref={bar} className="meter-bar" />
      </div>
    </div>
  );
}

interface Choice {
  device: Device;
  id: string;
  /** A new track may mean that names are known now. */
  fresh: MediaStreamTrack | null;
  onChoose(device: Device, id: string): void;
}

/** Nothing while there is nothing to choose. */
export function DeviceChoice({ device, id, fresh, onChoose }: Choice) {
  const { t } = useI18n();
  const label = useId();
  const devices = useDevices(device, fresh);
  if (devices.length < 2) return null;
  const current = devices.some((one) => one.id === id) ? id : (fresh?.getSettings().deviceId ?? devices[0]?.id);
  return (
    <div className="field">
      <label htmlFor={label}>{t(`media.${device}`)}</label>
      <select id={label} value={current} onChange={(event) => onChoose(device, event.target.value)}>
        {devices.map((one) => (
          <option key={one.id} value={one.id} dir="auto">
            {one.name}
          </option>
        ))}
      </select>
    </div>
  );
}

function useDevices(device: Device, fresh: MediaStreamTrack | null): { id: string; name: string }[] {
  const [devices, setDevices] = useState<{ id: string; name: string }[]>([]);
  useEffect(() => {
    let here = true;
    const look = (): void => void devicesOf(device).then((found) => here && setDevices(found));
    look();
    navigator.mediaDevices?.addEventListener("devicechange", look);
    return () => {
      here = false;
      navigator.mediaDevices?.removeEventListener("devicechange", look);
    };
  }, [device, fresh]);
  return devices;
}

interface Opened {
  track: MediaStreamTrack | null;
  fault: Fault | null;
  /** The track outlives the dialog. */
  keep(): void;
  again(): void;
}

function useDevice(device: Device, wanted: boolean, id: string): Opened {
  const [track, setTrack] = useState<MediaStreamTrack | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [attempt, setAttempt] = useState(0);
  const kept = useRef(false);
  useEffect(() => {
    if (!wanted) return setFault(null);
    let opened: MediaStreamTrack | null = null;
    let over = false;
    openDevice(device, id).then(
      (found) => {
        if (over) return found.stop();
        opened = found;
        setTrack(found);
        setFault(null);
      },
      (error: unknown) => over || setFault(faultOf(error)),
    );
    return () => {
      over = true;
      setTrack(null);
      if (!kept.current) opened?.stop();
    };
  }, [device, wanted, id, attempt]);
  const keep = useCallback(() => {
    kept.current = true;
  }, []);
  const again = useCallback(() => setAttempt((now) => now + 1), []);
  return { track, fault, keep, again };
}
