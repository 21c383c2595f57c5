/** Frames to bytes and back. Anything malformed raises `BadFrame`. */

import { decode, encode } from "@msgpack/msgpack";
import type { Bytes } from "./bytes";
import type {
  ChatMessage,
  ClassEvent,
  Classroom,
  ClientFrame,
  DocumentInfo,
  LeaderView,
  Member,
  Poll,
  RaisedHand,
  Role,
  ServerFrame,
  Stage,
  Summary,
} from "./frames";
import { BadFrame, Reader } from "./reader";

export function encodeFrame(frame: ClientFrame): Bytes {
  return encode(fieldsOf(frame)) as Bytes;
}

function fieldsOf(frame: ClientFrame): unknown[] {
  switch (frame.kind) {
    case "hello":
      return [1, frame.token, frame.seen];
    case "open":
      return [2, frame.doc, frame.stateVector];
    case "shut":
      return [3, frame.doc];
    case "update":
      return [4, frame.doc, frame.n, frame.update];
    case "answer":
      return [5, frame.doc, frame.n, frame.update];
    case "awareness":
      return [6, frame.doc, frame.update];
    case "do":
      return [7, frame.n, frame.command];
    case "catch-up":
      return [8, frame.seen];
    case "ping":
      return [9, frame.value];
    case "signal":
      return [10, frame.n, frame.request, frame.body];
  }
}

export function decodeFrame(data: ArrayBuffer | Uint8Array): ServerFrame {
  let value: unknown;
  try {
    value = decode(data);
  } catch (error) {
    throw new BadFrame(String(error));
  }
  return readFrame(value);
}

/** A frame that is not bytes any more: decoded MessagePack, or JSON out of a recording. Raises `BadFrame`. */
export function readFrame(value: unknown): ServerFrame {
  const r = Reader.of(value);
  return serverFrame(r.number(), r);
}

function serverFrame(tag: number, r: Reader): ServerFrame {
  switch (tag) {
    case 64:
      return {
        kind: "welcome",
        conn: r.text(),
        user: r.text(),
        name: r.text(),
        role: role(r),
        expires: r.number(),
        now: r.number(),
      };
    case 65:
      return { kind: "class", classroom: classroom(r.nested()) };
    case 66:
      return { kind: "happened", seq: r.number(), event: classEvent(r.nested()) };
    case 67:
      return { kind: "opened", doc: r.text(), stateVector: r.bytes(), update: r.bytes(), writable: r.flag() };
    case 68:
      return { kind: "update", doc: r.text(), update: r.bytes() };
    case 69:
      return { kind: "ask", doc: r.text(), stateVector: r.bytes() };
    case 70:
      return { kind: "awareness", doc: r.text(), update: r.bytes() };
    case 71:
      return { kind: "saved", n: r.number() };
    case 72:
      return {
        kind: "refused",
        n: r.number(),
        code: r.text(),
        message: r.text(),
        retry: r.flag(false),
        doc: r.text(""),
      };
    case 73:
      return { kind: "done", n: r.number() };
    case 74:
      return { kind: "saving", ok: r.flag() };
    case 75:
      return { kind: "pong", value: r.number(0) };
    case 76:
      return { kind: "chat-page", n: r.number(), messages: r.list(chatMessage), more: r.flag() };
    case 77:
      return { kind: "roster", n: r.number(), offset: r.number(), members: r.list(member), total: r.number() };
    case 78:
      return { kind: "goodbye", code: r.number(), reason: r.text(), retry: r.flag(), after: r.number(0) };
    case 79:
      return { kind: "renew", expires: r.number() };
    case 80:
      return { kind: "signal", n: r.number(), name: r.text(), body: r.any(null) };
    case 81:
      return { kind: "waiting", user: r.text(), name: r.text() };
    default:
      return { kind: "unknown", tag };
  }
}

function classEvent(r: Reader): ClassEvent {
  switch (r.text()) {
    case "joined":
      return { kind: "joined", member: member(r.nested()) };
    case "left":
      return { kind: "left", user: r.text() };
    case "count":
      return { kind: "count", summary: summary(r.nested()) };
    case "said":
      return { kind: "said", message: chatMessage(r.nested()) };
    case "unsaid":
      return { kind: "unsaid", id: r.number() };
    case "hands":
      return { kind: "hands", hands: r.list(hand) };
    case "reacted":
      return { kind: "reacted", user: r.text(), name: r.text(), emoji: r.text() };
    case "captioned":
      return { kind: "captioned", user: r.text(), name: r.text(), text: r.text(), final: r.flag(), lang: r.text("") };
    case "poll":
      return { kind: "poll", poll: poll(r.nested()) };
    case "voted":
      return { kind: "voted", poll: r.number(), choices: r.list(Number) };
    case "leading":
      return { kind: "leading", view: leaderView(r.nested()) };
    case "document":
      return { kind: "document", document: documentInfo(r.nested()) };
    case "stage":
      return { kind: "stage", stage: stage(r.nested()) };
    case "waiting":
      return { kind: "waiting", members: r.list(member) };
    default:
      return { kind: "unknown" };
  }
}

const reader = (value: unknown): Reader => (value instanceof Reader ? value : Reader.of(value));

const ROLES: readonly string[] = ["teacher", "assistant", "student", "observer"] satisfies Role[];

function role(r: Reader): Role {
  const name = r.text();
  if (!ROLES.includes(name)) throw new BadFrame(`there is no role ${name}`);
  return name as Role;
}

function member(value: unknown): Member {
  const r = reader(value);
  return { user: r.text(), name: r.text(), role: role(r) };
}

function hand(value: unknown): RaisedHand {
  const r = reader(value);
  return { user: r.text(), name: r.text(), at: r.number() };
}

function chatMessage(value: unknown): ChatMessage {
  const r = reader(value);
  return {
    id: r.number(),
    user: r.text(),
    name: r.text(),
    role: role(r),
    at: r.number(),
    text: r.text(),
    deleted: r.flag(false),
  };
}

function poll(value: unknown): Poll {
  const r = reader(value);
  return {
    id: r.number(),
    question: r.text(),
    choices: r.list(String),
    many: r.flag(),
    live: r.flag(),
    open: r.flag(),
    revealed: r.flag(),
    at: r.number(),
    tally: r.list(Number),
    voters: r.number(),
    mine: r.list(Number, []),
  };
}

function summary(r: Reader): Summary {
  return { count: r.number(), full: r.flag() };
}

function leaderView(r: Reader): LeaderView {
  return {
    user: r.text(""),
    doc: r.text(""),
    page: r.text(""),
    x: r.number(0),
    y: r.number(0),
    zoom: r.number(1),
  };
}

function documentInfo(value: unknown): DocumentInfo {
  const r = reader(value);
  return { doc: r.text(), locked: r.flag(false), quarantined: r.flag(false) };
}

function classroom(r: Reader): Classroom {
  return {
    seq: r.number(),
    members: r.list(member),
    summary: summary(r.nested()),
    hands: r.list(hand),
    chat: r.list(chatMessage),
    polls: r.list(poll),
    leader: leaderView(r.nested()),
    documents: r.list(documentInfo),
    stage: stage(Reader.of(r.any([]))),
    waiting: r.list(member, []),
  };
}

const EVERYTHING = ["camera", "microphone", "screen"];

function stage(r: Reader): Stage {
  return {
    waitingRoom: r.flag(false),
    sources: r.left > 0 ? r.list(String) : EVERYTHING,
    people: sourcesByUser(r.any({})),
    spotlight: r.text(""),
    recording: r.number(0),
    recorder: r.text(""),
  };
}

function sourcesByUser(value: unknown): Record<string, string[]> {
  if (typeof value !== "object" || value === null) throw new BadFrame("a map was expected");
  return Object.fromEntries(Object.entries(value).map(([user, sources]) => [user, Array.isArray(sources) ? sources.map(String) : []]));
}
