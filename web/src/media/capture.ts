/** The shell around the browser's devices: camera, microphone and screen, and what goes wrong with them. */

import { Store } from "../room/store";

export type Device = "camera" | "microphone";
export type Fault = "denied" | "in-use" | "none" | "insecure" | "failed";

/** A device could not be had; `fault` says why, in a way that has words. */
export class DeviceFault extends Error {
  override name = "DeviceFault";

  constructor(
    readonly device: Device | "screen",
    readonly fault: Fault,
  ) {
    super(`${device}: ${fault}`);
  }
}

const FAULTS: Record<string, Fault> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotReadableError: "in-use",
  AbortError: "in-use",
  NotFoundError: "none",
  OverconstrainedError: "none",
};

export const faultOf = (error: unknown): Fault =>
  error instanceof DOMException ? (FAULTS[error.name] ?? "failed") : error instanceof DeviceFault ? error.fault : "failed";

const VIDEO: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24, max: 30 } };
const AUDIO: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const SCREEN: DisplayMediaStreamOptions = { video: { frameRate: { ideal: 10, max: 15 } }, audio: true };

export const mayShareScreen = (): boolean => typeof navigator.mediaDevices?.getDisplayMedia === "function";

/** One camera or microphone; an empty id is the device's own choice. Rejects with `DeviceFault`. */
export async function openDevice(device: Device, id: string): Promise<MediaStreamTrack> {
  if (navigator.mediaDevices === undefined) throw new DeviceFault(device, "insecure");
  const chosen = id === "" ? {} : { deviceId: { ideal: id } };
  const wanted = device === "camera" ? { video: { ...VIDEO, ...chosen } } : { audio: { ...AUDIO, ...chosen } };
  try {
    const stream = await navigator.mediaDevices.getUserMedia(wanted);
    const track = stream.getTracks()[0];
    if (track === undefined) throw new DeviceFault(device, "none");
    track.contentHint = device === "camera" ? "motion" : "speech";
    return track;
  } catch (error) {
    throw new DeviceFault(device, faultOf(error));
  }
}

/** A screen, window or tab, with its sound where the browser gives it. Null: the person changed their mind. */
export async function openScreen(): Promise<MediaStreamTrack[] | null> {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia(SCREEN);
    for (const track of stream.getVideoTracks()) track.contentHint = "detail";
    return stream.getTracks();
  } catch (error) {
    if (faultOf(error) === "denied") return null;
    throw new DeviceFault("screen", faultOf(error));
  }
}

const KINDS: Record<Device, MediaDeviceKind> = { camera: "videoinput", microphone: "audioinput" };

/** The devices there are; before permission they have no names and are left out. */
export async function devicesOf(device: Device): Promise<{ id: string; name: string }[]> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return all
    .filter(({ kind, deviceId, label }) => kind === KINDS[device] && deviceId !== "" && label !== "")
    .map(({ deviceId, label }) => ({ id: deviceId, name: label }));
}

/** A camera or microphone that is on or off, and may be another one later. */
export class Capture {
  readonly track: Store<MediaStreamTrack | null> = new Store<MediaStreamTrack | null>(null);
  private turn = 0;

  constructor(
    readonly device: Device,
    private readonly onLost: () => void,
  ) {}

  /** Opens it, or takes it up as it was. Rejects with `DeviceFault`. */
  async start(id: string): Promise<void> {
    const current = this.track.get();
    if (current !== null && current.readyState === "live" && (id === "" || current.getSettings().deviceId === id)) {
      current.enabled = true;
      return;
    }
    const turn = ++this.turn;
    const track = await openDevice(this.device, id);
    if (turn !== this.turn) return track.stop();
    this.adopt(track);
  }

  /** Takes over a track opened elsewhere (the preview's). */
  adopt(track: MediaStreamTrack): void {
    this.stop();
    track.onended = () => {
      if (this.track.get() !== track) return;
      this.stop();
      this.onLost();
    };
    this.track.set(track);
  }

  /** A microphone is only silenced, so that it is back at once; a camera goes dark. */
  pause(): void {
    const track = this.track.get();
    if (this.device === "camera") this.stop();
    else if (track !== null) track.enabled = false;
  }

  stop(): void {
    this.turn++;
    const track = this.track.get();
    if (track === null) return;
    track.onended = null;
    track.stop();
    this.track.set(null);
  }
}
