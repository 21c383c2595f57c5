/** The shell around WebRTC: publishing connections, on which we offer, and the receiving one, on which the node does. */

import { Store } from "../room/store";
import type { Source } from "./model";
import { tracksByMid, withQuietAudio } from "./sdp";

export interface Offer {
  sdp: string;
  sources: Record<string, Source>;
}

/** A camera in three sizes, each receiver gets the one that fits; a screen in two, the small one for narrow links. */
const CAMERA_LAYERS: RTCRtpEncodingParameters[] = [
  { rid: "l", scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: "m", scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: "h", scaleResolutionDownBy: 1, maxBitrate: 1_700_000 },
];
const SCREEN_LAYERS: RTCRtpEncodingParameters[] = [
  { rid: "l", scaleResolutionDownBy: 2, maxBitrate: 400_000 },
  { rid: "h", scaleResolutionDownBy: 1, maxBitrate: 2_500_000 },
];
/** Lost and not found again for so long: try another way. */
const LOST_MS = 2_000;

/** Calls `onBroken` when the path to the node is gone, again and again until it is back. */
function watchPath(pc: RTCPeerConnection, onBroken: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const check = (): void => {
    clearTimeout(timer);
    const { connectionState } = pc;
    if (connectionState === "failed") onBroken();
    if (connectionState !== "disconnected" && connectionState !== "failed") return;
    timer = setTimeout(() => {
      if (pc.connectionState === "disconnected") onBroken();
      check();
    }, LOST_MS);
  };
  pc.onconnectionstatechange = check;
}

export class Publisher {
  private pc: RTCPeerConnection | null = null;
  /** The connection whose answer has not come. */
  private next: RTCPeerConnection | null = null;

  constructor(private readonly onBroken: () => void) {}

  /** An offer with these tracks, null for a device that is off; the connection there was ends with the answer. */
  async begin(tracks: readonly [Source, MediaStreamTrack | null][], iceServers: RTCIceServer[]): Promise<Offer> {
    this.next?.close();
    const pc = (this.next = new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers }));
    watchPath(pc, () => pc === this.pc && this.onBroken());
    const lines = new Map(tracks.map(([source, track]) => [addLine(pc, source, track), source]));
    await pc.setLocalDescription();
    const sources = Object.fromEntries([...lines].map(([line, source]) => [line.mid ?? "", source]));
    return { sdp: pc.localDescription?.sdp ?? "", sources };
  }

  /** An offer with new ICE credentials on the connection there is. */
  async restart(): Promise<Offer> {
    this.pc?.restartIce();
    await this.pc?.setLocalDescription();
    return { sdp: this.pc?.localDescription?.sdp ?? "", sources: {} };
  }

  async takeAnswer(sdp: string): Promise<void> {
    if (this.next !== null) {
      this.pc?.close();
      this.pc = this.next;
      this.next = null;
    }
    await this.pc?.setRemoteDescription({ type: "answer", sdp: withQuietAudio(sdp) });
  }

  /** Puts another track, or none, where one of its kind was. */
  async replace(kind: "audio" | "video", track: MediaStreamTrack | null): Promise<void> {
    const changes = [this.pc, this.next].flatMap((pc) =>
      (pc?.getTransceivers() ?? [])
        .filter(({ receiver }) => receiver.track.kind === kind)
        .map(({ sender }) => sender.replaceTrack(track)),
    );
    await Promise.all(changes);
  }

  get connection(): RTCPeerConnection | null {
    return this.pc;
  }

  close(): void {
    this.pc?.close();
    this.next?.close();
    this.pc = this.next = null;
  }
}

function addLine(pc: RTCPeerConnection, source: Source, track: MediaStreamTrack | null): RTCRtpTransceiver {
  if (source === "microphone" || source === "screen-audio") return pc.addTransceiver(track ?? "audio", { direction: "sendonly" });
  const sendEncodings = source === "screen" ? SCREEN_LAYERS : CAMERA_LAYERS;
  return pc.addTransceiver(track ?? "video", { direction: "sendonly", sendEncodings });
}

export class Receiver {
  /** What arrives, by the node's track ids. */
  readonly tracks: Store<ReadonlyMap<string, MediaStreamTrack>> = new Store<ReadonlyMap<string, MediaStreamTrack>>(new Map());
  private pc: RTCPeerConnection | null = null;
  private id = "";
  private work: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly onBroken: () => void,
    private readonly iceServers: () => RTCIceServer[],
  ) {}

  /** Takes the node's offer and makes our answer, one after the other; another `id` is another connection. */
  accept(id: string, sdp: string): Promise<string> {
    const answer = this.work.then(() => this.answer(id, sdp));
    this.work = answer.catch(() => undefined);
    return answer;
  }

  get connection(): RTCPeerConnection | null {
    return this.pc;
  }

  /** Audio tracks that are heard right now, by the node's ids. */
  heard(above: number): string[] {
    const ids = new Map([...this.tracks.get()].map(([id, track]) => [track, id]));
    return (this.pc?.getReceivers() ?? []).flatMap((receiver) => {
      const id = ids.get(receiver.track);
      const level = receiver.track.kind === "audio" ? (receiver.getSynchronizationSources()[0]?.audioLevel ?? 0) : 0;
      return id !== undefined && level > above ? [id] : [];
    });
  }

  close(): void {
    this.pc?.close();
    this.pc = null;
    this.id = "";
    this.tracks.set(new Map());
  }

  private async answer(id: string, sdp: string): Promise<string> {
    const before = this.pc;
    if (before === null || id !== this.id) {
      const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers: this.iceServers() });
      watchPath(pc, () => pc === this.pc && this.onBroken());
      this.pc = pc;
      this.id = id;
    }
    const pc = this.pc as RTCPeerConnection;
    await pc.setRemoteDescription({ type: "offer", sdp });
    await pc.setLocalDescription();
    this.tracks.set(arriving(pc, sdp));
    if (before !== pc) before?.close();
    return pc.localDescription?.sdp ?? "";
  }
}

function arriving(pc: RTCPeerConnection, sdp: string): Map<string, MediaStreamTrack> {
  const byMid = tracksByMid(sdp);
  const found = new Map<string, MediaStreamTrack>();
  for (const { mid, receiver } of pc.getTransceivers()) {
    const id = mid === null ? undefined : byMid.get(mid);
    if (id !== undefined) found.set(id, receiver.track);
  }
  return found;
}
