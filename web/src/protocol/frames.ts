/**
 * The native protocol of `/ws/rooms/{room}`: every frame, as MessagePack arrays that start with a number.
 * The server's own list is docs/PROTOCOL.md. Fields that come after the ones known here are ignored.
 */

// ---- the class as a whole -------------------------------------------------------------------------------------

export type Role = "teacher" | "assistant" | "student" | "observer";

export interface Member {
  user: string;
  name: string;
  role: Role;
}

export interface RaisedHand {
  user: string;
  name: string;
  /** Unix seconds. */
  at: number;
}

export interface ChatMessage {
  id: number;
  user: string;
  name: string;
  role: Role;
  /** Unix seconds. */
  at: number;
  text: string;
  deleted: boolean;
}

export interface Poll {
  id: number;
  question: string;
  choices: string[];
  many: boolean;
  live: boolean;
  open: boolean;
  revealed: boolean;
  at: number;
  /** Votes by choice; empty while hidden from this member. */
  tally: number[];
  voters: number;
  mine: number[];
}

export interface Summary {
  count: number;
  full: boolean;
}

/** What staff decided about video and audio (docs/media.md). */
export interface Stage {
  /** Newcomers who are not staff wait to be let in. */
  waitingRoom: boolean;
  /** What students may send. */
  sources: string[];
  /** What one person may send instead, by user. */
  people: Record<string, string[]>;
  /** Whom everybody should see; empty: nobody. */
  spotlight: string;
  /** Unix seconds since when the class is recorded; 0: it is not. */
  recording: number;
  recorder: string;
}

export interface LeaderView {
  user: string;
  doc: string;
  page: string;
  x: number;
  y: number;
  zoom: number;
}

export interface DocumentInfo {
  doc: string;
  locked: boolean;
  quarantined: boolean;
}

export interface Classroom {
  seq: number;
  members: Member[];
  summary: Summary;
  hands: RaisedHand[];
  chat: ChatMessage[];
  polls: Poll[];
  leader: LeaderView;
  documents: DocumentInfo[];
  stage: Stage;
  /** Who waits to be let in; only staff are told. */
  waiting: Member[];
}

/** A line of captions; takes the place of the same person's last one that was not final. */
export interface Captioned {
  kind: "captioned";
  user: string;
  name: string;
  text: string;
  final: boolean;
  /** BCP 47, or empty. */
  lang: string;
}

// ---- what happened ------------------------------------------------------------------------------------------------

export type ClassEvent =
  | { kind: "joined"; member: Member }
  | { kind: "left"; user: string }
  | { kind: "count"; summary: Summary }
  | { kind: "said"; message: ChatMessage }
  | { kind: "unsaid"; id: number }
  | { kind: "hands"; hands: RaisedHand[] }
  | { kind: "reacted"; user: string; name: string; emoji: string }
  | Captioned
  | { kind: "poll"; poll: Poll }
  | { kind: "voted"; poll: number; choices: number[] }
  | { kind: "leading"; view: LeaderView }
  | { kind: "document"; document: DocumentInfo }
  | { kind: "stage"; stage: Stage }
  | { kind: "waiting"; members: Member[] }
  | { kind: "unknown" };

// ---- what a client asks of the class -----------------------------------------------------------------------------

export type Command =
  | ["say", string]
  | ["unsay", number]
  | ["older-chat", number]
  | ["hand", boolean]
  | ["lower-hand", string]
  | ["react", string]
  | ["open-poll", string, string[], boolean, boolean]
  | ["vote", number, number[]]
  | ["close-poll", number]
  | ["reveal-poll", number]
  | ["lead", boolean]
  | ["view", string, string, number, number, number]
  | ["lock", string, boolean]
  | ["set-role", string, Role]
  | ["remove", string]
  | ["roster-page", number, number]
  | ["waiting-room", boolean]
  | ["admit", string, boolean]
  | ["may-publish", string, string[] | null]
  | ["spotlight", string]
  | ["record", boolean]
  | ["caption", string, boolean, string];

// ---- frames ---------------------------------------------------------------------------------------------------------

export type ClientFrame =
  | { kind: "hello"; token: string; seen: number }
  | { kind: "open"; doc: string; stateVector: Uint8Array }
  | { kind: "shut"; doc: string }
  | { kind: "update"; doc: string; n: number; update: Uint8Array }
  | { kind: "answer"; doc: string; n: number; update: Uint8Array }
  | { kind: "awareness"; doc: string; update: Uint8Array }
  | { kind: "do"; n: number; command: Command }
  | { kind: "catch-up"; seen: number }
  | { kind: "ping"; value: number }
  /** Asked of the media node; `body` is a map (docs/media.md). */
  | { kind: "signal"; n: number; request: string; body: Record<string, unknown> };

export interface Welcome {
  kind: "welcome";
  conn: string;
  user: string;
  name: string;
  role: Role;
  /** Unix seconds. */
  expires: number;
  now: number;
}

export interface Refused {
  kind: "refused";
  n: number;
  code: string;
  message: string;
  retry: boolean;
  doc: string;
}

export interface Opened {
  kind: "opened";
  doc: string;
  stateVector: Uint8Array;
  update: Uint8Array;
  writable: boolean;
}

export type ServerFrame =
  | Welcome
  | { kind: "class"; classroom: Classroom }
  | { kind: "happened"; seq: number; event: ClassEvent }
  | Opened
  | { kind: "update"; doc: string; update: Uint8Array }
  | { kind: "ask"; doc: string; stateVector: Uint8Array }
  | { kind: "awareness"; doc: string; update: Uint8Array }
  | { kind: "saved"; n: number }
  | Refused
  | { kind: "done"; n: number }
  | { kind: "saving"; ok: boolean }
  | { kind: "pong"; value: number }
  | { kind: "chat-page"; n: number; messages: ChatMessage[]; more: boolean }
  | { kind: "roster"; n: number; offset: number; members: Member[]; total: number }
  | { kind: "goodbye"; code: number; reason: string; retry: boolean; after: number }
  | { kind: "renew"; expires: number }
  /** Of the media node: an answer (`n` of the request; `name` is its kind, or `error`), or news (`n` 0). */
  | { kind: "signal"; n: number; name: string; body: unknown }
  /** Instead of a welcome, which comes once staff let us in. */
  | { kind: "waiting"; user: string; name: string }
  | { kind: "unknown"; tag: number };
