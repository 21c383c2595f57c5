/**
 * The class as this member knows it, folded from `Class` and `Happened`. Pure.
 *
 * Numbered events step by one. A larger step is a gap: the event is put aside by forgetting it, and the server is asked
 * once for everything after `seq` (CLASS-2). Its answer is either the missing events, in order, or the whole class.
 */

import type {
  ChatMessage,
  ClassEvent,
  Classroom,
  DocumentInfo,
  LeaderView,
  Member,
  Poll,
  RaisedHand,
  Stage,
  Summary,
} from "../protocol/frames";
import { isStaff } from "./roles";

export interface ClassState {
  /** False until the first `Class` came. */
  known: boolean;
  seq: number;
  /** In a large room staff, and those whose page of the roster was asked for. */
  members: Member[];
  summary: Summary;
  /** So many people of a large room's roster, by name, have been asked for. */
  paged: number;
  hands: RaisedHand[];
  chat: ChatMessage[];
  /** Whether there may be chat before the first message here. */
  olderChat: boolean;
  polls: Poll[];
  leader: LeaderView;
  documents: DocumentInfo[];
  stage: Stage;
  waiting: Member[];
  /** A gap was seen and the server has been asked. */
  catchingUp: boolean;
}

export const EMPTY_CLASS: ClassState = {
  known: false,
  seq: 0,
  members: [],
  summary: { count: 0, full: true },
  paged: 0,
  hands: [],
  chat: [],
  olderChat: false,
  polls: [],
  leader: { user: "", doc: "", page: "", x: 0, y: 0, zoom: 1 },
  documents: [],
  stage: {
    waitingRoom: false,
    sources: ["camera", "microphone", "screen"],
    people: {},
    spotlight: "",
    recording: 0,
    recorder: "",
  },
  waiting: [],
  catchingUp: false,
};

export interface Folded {
  state: ClassState;
  /** Send `CatchUp(state.seq)`. */
  catchUp: boolean;
}

export function replaceClass(classroom: Classroom): ClassState {
  const first = classroom.chat[0];
  return { ...classroom, known: true, catchingUp: false, paged: 0, olderChat: first !== undefined && first.id > 1 };
}

export function happened(state: ClassState, seq: number, event: ClassEvent): Folded {
  if (seq === 0) return { state: fold(state, event), catchUp: false };
  if (!state.known || seq <= state.seq) return { state, catchUp: false };
  if (seq === state.seq + 1) return { state: { ...fold(state, event), seq, catchingUp: false }, catchUp: false };
  return { state: { ...state, catchingUp: true }, catchUp: !state.catchingUp };
}

/** A page of older chat. */
export function withOlderChat(state: ClassState, messages: ChatMessage[], more: boolean): ClassState {
  return { ...state, chat: mergeChat(state.chat, messages), olderChat: more };
}

/** A page of the roster of a large room: the people from `offset` on. */
export function withRosterPage(state: ClassState, offset: number, members: Member[]): ClassState {
  const paged = Math.max(state.paged, offset + members.length);
  return { ...state, paged, members: members.reduce(upsertMember, state.members) };
}

/** Where the next page of the roster begins, or null when everybody is listed. */
export const nextRosterPage = (state: ClassState): number | null =>
  state.summary.full || state.paged >= state.summary.count ? null : state.paged;

/** A connection ended: what was asked will not be answered. */
export function disconnected(state: ClassState): ClassState {
  return state.catchingUp ? { ...state, catchingUp: false } : state;
}

export const headCount = (state: ClassState): number =>
  state.summary.full ? state.members.length : state.summary.count;

function fold(state: ClassState, event: ClassEvent): ClassState {
  switch (event.kind) {
    case "joined":
      return { ...state, members: upsertMember(state.members, event.member) };
    case "left":
      return { ...state, members: state.members.filter((member) => member.user !== event.user) };
    case "count":
      return withSummary(state, event.summary);
    case "said":
      return { ...state, chat: mergeChat(state.chat, [event.message]) };
    case "unsaid":
      return { ...state, chat: state.chat.map((message) => (message.id === event.id ? withoutText(message) : message)) };
    case "hands":
      return { ...state, hands: event.hands };
    case "poll":
      return { ...state, polls: upsertPoll(state.polls, event.poll) };
    case "voted":
      return { ...state, polls: state.polls.map((poll) => (poll.id === event.poll ? { ...poll, mine: event.choices } : poll)) };
    case "leading":
      return { ...state, leader: event.view };
    case "document":
      return { ...state, documents: upsertDocument(state.documents, event.document) };
    case "stage":
      return { ...state, stage: event.stage };
    case "waiting":
      return { ...state, waiting: event.members };
    case "reacted":
    case "captioned":
    case "unknown":
      return state;
  }
}

/** From the moment a room is large nobody is told who of the others leaves, so they are not listed any more. */
function withSummary(state: ClassState, summary: Summary): ClassState {
  if (summary.full || !state.summary.full) return { ...state, summary };
  return { ...state, summary, paged: 0, members: state.members.filter((member) => isStaff(member.role)) };
}

const withoutText = (message: ChatMessage): ChatMessage => ({ ...message, text: "", deleted: true });

function upsertMember(members: Member[], member: Member): Member[] {
  return replaceOrAppend(members, member, (other) => other.user === member.user);
}

function upsertDocument(documents: DocumentInfo[], document: DocumentInfo): DocumentInfo[] {
  return replaceOrAppend(documents, document, (other) => other.doc === document.doc);
}

/** `mine` in an event means nothing: keep what we know. */
function upsertPoll(polls: Poll[], poll: Poll): Poll[] {
  const known = polls.find((other) => other.id === poll.id);
  return replaceOrAppend(polls, { ...poll, mine: known?.mine ?? [] }, (other) => other.id === poll.id);
}

function replaceOrAppend<T>(items: T[], item: T, same: (other: T) => boolean): T[] {
  const at = items.findIndex(same);
  return at < 0 ? [...items, item] : items.with(at, item);
}

function mergeChat(chat: ChatMessage[], messages: ChatMessage[]): ChatMessage[] {
  const byId = new Map([...messages, ...chat].map((message) => [message.id, message]));
  return [...byId.values()].sort((a, b) => a.id - b.id);
}
