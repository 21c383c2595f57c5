import { describe, expect, it } from "vitest";
import type { ChatMessage, ClassEvent, Classroom, Member, Poll } from "../protocol/frames";
import type { ClassState } from "./classroom";
import { disconnected, EMPTY_CLASS, happened, headCount, nextRosterPage, replaceClass, withOlderChat, withRosterPage } from "./classroom";

const classroom: Classroom = {
  seq: 10,
  members: [{ user: "t", name: "Tess", role: "teacher" }],
  summary: { count: 1, full: true },
  hands: [],
  chat: [],
  polls: [],
  leader: EMPTY_CLASS.leader,
  documents: [],
  stage: EMPTY_CLASS.stage,
  waiting: [],
};
const state = replaceClass(classroom);

const message = (id: number, text = `m${id}`): ChatMessage => ({
  id,
  user: "t",
  name: "Tess",
  role: "teacher",
  at: id,
  text,
  deleted: false,
});

const poll = (change: Partial<Poll> = {}): Poll => ({
  id: 1,
  question: "Ready?",
  choices: ["Yes", "No"],
  many: false,
  live: true,
  open: true,
  revealed: false,
  at: 0,
  tally: [0, 0],
  voters: 0,
  mine: [],
  ...change,
});

function after(events: ClassEvent[], from: ClassState = state): ClassState {
  return events.reduce((now, event) => happened(now, now.seq + 1, event).state, from);
}

describe("CLASS-1 and CLASS-2", () => {
  const said = (id: number): ClassEvent => ({ kind: "said", message: message(id) });

  it("takes the next event, and ignores what it has", () => {
    const next = happened(state, 11, said(1));
    expect(next).toMatchObject({ catchUp: false, state: { seq: 11, chat: [{ id: 1 }] } });
    expect(happened(next.state, 11, said(2)).state).toBe(next.state);
    expect(happened(next.state, 3, said(2)).state).toBe(next.state);
  });

  it("asks once at a gap, applies nothing out of order, and heals by events", () => {
    const gap = happened(state, 13, said(3));
    expect(gap).toMatchObject({ catchUp: true, state: { seq: 10, chat: [], catchingUp: true } });
    const more = happened(gap.state, 14, said(4));
    expect(more).toMatchObject({ catchUp: false, state: { seq: 10 } });
    const healed = [11, 12, 13, 14].reduce((now, seq) => happened(now, seq, said(seq)).state, more.state);
    expect(healed.chat.map(({ id }) => id)).toEqual([11, 12, 13, 14]);
    expect(healed.catchingUp).toBe(false);
    expect(happened(healed, 16, said(16)).catchUp).toBe(true);
  });

  it("heals by the whole class, and asks again on a new connection", () => {
    const gap = happened(state, 13, said(3)).state;
    expect(replaceClass({ ...classroom, seq: 20 })).toMatchObject({ seq: 20, catchingUp: false });
    expect(happened(disconnected(gap), 13, said(3)).catchUp).toBe(true);
  });

  it("takes events without a number at any time", () => {
    const voted = happened(after([{ kind: "poll", poll: poll() }]), 0, { kind: "voted", poll: 1, choices: [1] });
    expect(voted).toMatchObject({ catchUp: false, state: { seq: 11, polls: [{ mine: [1] }] } });
  });

  it("holds numbered events back until it knows the class", () => {
    expect(happened(EMPTY_CLASS, 1, said(1))).toEqual({ state: EMPTY_CLASS, catchUp: false });
  });
});

describe("people", () => {
  it("come, change and go", () => {
    const ada = { user: "a", name: "Ada", role: "student" } as const;
    const both = after([{ kind: "joined", member: ada }]);
    expect(headCount(both)).toBe(2);
    const promoted = after([{ kind: "joined", member: { ...ada, role: "assistant" } }], both);
    expect(promoted.members[1]).toMatchObject({ role: "assistant" });
    expect(headCount(promoted)).toBe(2);
    expect(headCount(after([{ kind: "left", user: "a" }], promoted))).toBe(1);
  });

  it("CLASS-7 are counted in a large room, and fill in page by page", () => {
    const student = (n: number): Member => ({ user: `s${n}`, name: `Student ${n}`, role: "student" });
    const page = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => student(from + n));
    const large = after([{ kind: "count", summary: { count: 250, full: false } }]);
    expect([headCount(large), nextRosterPage(large)]).toEqual([250, 0]);
    const first = withRosterPage(large, 0, page(0, 100));
    expect([headCount(first), first.members.length, nextRosterPage(first)]).toEqual([250, 101, 100]);
    const twice = withRosterPage(first, 0, page(0, 100));
    expect([twice.members.length, nextRosterPage(twice)]).toEqual([101, 100]);
    const all = withRosterPage(withRosterPage(first, 100, page(100, 200)), 200, [...page(200, 249), ...classroom.members]);
    expect([all.members.length, nextRosterPage(all)]).toEqual([250, null]);
    const more = after([{ kind: "count", summary: { count: 260, full: false } }], all);
    expect(nextRosterPage(more)).toBe(250);
    expect(nextRosterPage(replaceClass({ ...classroom, summary: { count: 260, full: false } }))).toBe(0);
  });

  it("CLASS-7 who is not told of any more is not listed: only staff stay when a room becomes large", () => {
    const ada = { user: "a", name: "Ada", role: "student" } as const;
    const large = after([
      { kind: "joined", member: ada },
      { kind: "hands", hands: [{ user: "a", name: "Ada", at: 1 }] },
      { kind: "count", summary: { count: 201, full: false } },
    ]);
    expect(large.members.map(({ user }) => user)).toEqual(["t"]);
    expect(large.hands.map(({ user }) => user)).toEqual(["a"]);
    const fewer = after([{ kind: "count", summary: { count: 170, full: false } }], withRosterPage(large, 0, [ada]));
    expect([headCount(fewer), fewer.members.length]).toEqual([170, 2]);
    const small = replaceClass({ ...classroom, members: [...classroom.members, ada], summary: { count: 2, full: true } });
    expect([headCount(small), nextRosterPage(small)]).toEqual([2, null]);
  });
});

describe("chat", () => {
  it("CLASS-6 keeps the place of a deleted message without its text", () => {
    const left = after([
      { kind: "said", message: message(1, "secret") },
      { kind: "said", message: message(2) },
      { kind: "unsaid", id: 1 },
    ]).chat;
    expect(left).toMatchObject([{ id: 1, text: "", deleted: true }, { id: 2, text: "m2" }]);
  });

  it("takes older pages before newer messages, once each", () => {
    const now = replaceClass({ ...classroom, chat: [message(5), message(6)] });
    expect(now.olderChat).toBe(true);
    const paged = withOlderChat(now, [message(3), message(4), message(5)], false);
    expect(paged.chat.map(({ id }) => id)).toEqual([3, 4, 5, 6]);
    expect(paged.olderChat).toBe(false);
    expect(replaceClass({ ...classroom, chat: [message(1)] }).olderChat).toBe(false);
  });
});

describe("polls, hands, leading, documents", () => {
  it("keep my answer while the tally moves", () => {
    const voted = happened(after([{ kind: "poll", poll: poll() }]), 0, { kind: "voted", poll: 1, choices: [0] }).state;
    const moved = after([{ kind: "poll", poll: poll({ tally: [1, 0], voters: 1 }) }], voted);
    expect(moved.polls).toMatchObject([{ tally: [1, 0], mine: [0] }]);
    expect(after([{ kind: "poll", poll: poll({ id: 2 }) }], moved).polls).toHaveLength(2);
  });

  it("replace what they carry", () => {
    const now = after([
      { kind: "hands", hands: [{ user: "a", name: "Ada", at: 1 }] },
      { kind: "leading", view: { user: "t", doc: "board.main", page: "p", x: 1, y: 2, zoom: 3 } },
      { kind: "document", document: { doc: "board.main", locked: false, quarantined: false } },
      { kind: "document", document: { doc: "board.main", locked: true, quarantined: false } },
      { kind: "unknown" },
    ]);
    expect(now).toMatchObject({ seq: 15, hands: [{ user: "a" }], leader: { page: "p" }, documents: [{ locked: true }] });
  });
});
