/** What a call knows, what may happen to it and what it then asks for; the words of `machine.ts`. */

import type { Publication, Source, Want } from "./model";
import { SOURCES } from "./model";
import type { Body } from "./signals";

/** The two connections we may publish on: ourselves (camera and microphone), and a screen. */
export type Slot = "me" | "screen";
export const SLOTS: readonly Slot[] = ["me", "screen"];

export interface Own {
  wanted: boolean;
  /** Its id at the node; empty while there is none. */
  publication: string;
  /** An offer is being made or awaits its answer. */
  busy: boolean;
  /** What it carries. */
  sources: readonly Source[];
}

export type Devices = Record<"camera" | "microphone", boolean>;

export interface CallState {
  phase: "out" | "joining" | "in";
  /** The room's connection as others see it; empty while there is none. */
  conn: string;
  publications: Publication[];
  /** Audio tracks of recent talkers, the current one first. */
  speakers: string[];
  /** Publication id. */
  spotlight: string;
  own: Record<Slot, Own>;
  /** What we may send. */
  may: readonly Source[];
  iceServers: RTCIceServer[];
  /** What of ours shall be seen and heard. */
  on: Devices;
  wants: Want[];
  /** The wants the node knows, as text; empty: none. */
  asked: string;
  receiving: boolean;
  /** The receiving connection's id at the node. */
  receiver: string;
  /** `join` awaits its answer. */
  asking: boolean;
  /** Unanswered requests in a row. */
  silence: number;
}

export type Ask =
  | { request: "join" | "stats" | "restart" }
  | { request: "publish"; slot: Slot; fresh: boolean; sdp: string; sources: Record<string, Source>; muted: string[] }
  | { request: "unpublish"; publication: string }
  | { request: "receive"; wants: Want[] }
  | { request: "answer"; sdp: string }
  | { request: "mute"; track: string; muted: boolean }
  | { request: "mute-all"; source: Source };

export type Problem = "forbidden" | "limit" | "codec" | "failed";

export type Input =
  | { kind: "enter"; on: Devices }
  | { kind: "leave" }
  | { kind: "connected"; conn: string }
  | { kind: "disconnected" }
  | { kind: "answered"; ask: Ask; body: Body }
  | { kind: "failed"; ask: Ask; code: string }
  | { kind: "news"; name: string; body: Body }
  /** An offer of ours is ready for the node. */
  | { kind: "offered"; slot: Slot; fresh: boolean; sdp: string; sources: Record<string, Source> }
  /** Our answer to the node's offer is ready. */
  | { kind: "accepted"; receiver: string; sdp: string }
  | { kind: "want"; wants: Want[] }
  | { kind: "turn"; device: keyof Devices; on: boolean }
  | { kind: "share"; on: boolean }
  /** The path to the node broke under a connection. */
  | { kind: "broken"; slot: Slot | "receiver" }
  | { kind: "retry" }
  | { kind: "check"; resync: boolean }
  /** Something staff ask about others. */
  | { kind: "act"; ask: Ask };

export type Effect =
  | { kind: "ask"; ask: Ask }
  /** Make an offer on that connection: a new one, or with new ICE credentials on the one there is. */
  | { kind: "offer"; slot: Slot; fresh: boolean; sources: readonly Source[] }
  | { kind: "take-answer"; slot: Slot; sdp: string }
  | { kind: "accept"; receiver: string; sdp: string }
  | { kind: "close"; slot: Slot }
  /** Feed `retry` after a while. */
  | { kind: "retry-later" }
  /** Staff turned it off. */
  | { kind: "turned-off"; device: keyof Devices }
  /** It was turned on here, but may not be. */
  | { kind: "not-allowed"; device: keyof Devices }
  | { kind: "removed"; slot: Slot }
  | { kind: "problem"; slot: Slot; problem: Problem };

export interface Step {
  state: CallState;
  effects: Effect[];
}

export const IDLE: Own = { wanted: false, publication: "", busy: false, sources: [] };
/** What each connection of ours may carry. */
export const CARRIES: Record<Slot, readonly Source[]> = { me: ["microphone", "camera"], screen: ["screen-audio", "screen"] };

export const OUT: CallState = {
  phase: "out",
  conn: "",
  publications: [],
  speakers: [],
  spotlight: "",
  own: { me: IDLE, screen: IDLE },
  may: SOURCES,
  iceServers: [],
  on: { camera: false, microphone: false },
  wants: [],
  asked: "",
  receiving: false,
  receiver: "",
  asking: false,
  silence: 0,
};
