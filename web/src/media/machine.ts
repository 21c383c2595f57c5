/**
 * A call as a pure state machine: facts in, effects out.
 *
 *     out ─ enter ─▶ joining ─ the node answers ─▶ in ─ the node or the socket is away ─▶ joining …
 *
 * `join` tells everything again, so every answer to it is a reconciliation: what is ours and not there is published
 * anew, what is wanted is asked for again. A new socket, a node that was replaced and lost news all heal that way.
 * Only the server offers on the receiving connection, only we offer on the publishing ones: there is no glare.
 */

import type { Publication, Source, Track } from "./model";
import { publicationOf, publicationsOf, SOURCES, sourcesOf, textOf, textsOf, trackFrom } from "./model";
import type { Body } from "./signals";
import { OFFLINE, UNANSWERED } from "./signals";
import type { Ask, CallState, Devices, Effect, Input, Own, Problem, Slot, Step } from "./state";
import { CARRIES, IDLE, OUT, SLOTS } from "./state";

/** So many requests in a row without an answer: the node is gone. */
const MOST_SILENCE = 2;
const DEVICES: readonly (keyof Devices)[] = ["camera", "microphone"];

export function step(state: CallState, input: Input): Step {
  switch (input.kind) {
    case "enter":
      return entered(state, input.on);
    case "leave":
      return left(state);
    case "connected":
      return connected(state, input.conn);
    case "disconnected":
      return { state: { ...away(state), conn: "", asked: "" }, effects: [] };
    case "answered":
      return state.phase === "out" ? settled(state, input.ask, input.body) : answered({ ...state, silence: 0 }, input.ask, input.body);
    case "failed":
      return state.phase === "out" ? stay(state) : failed(state, input.ask, input.code);
    case "news":
      return state.phase === "out" && input.name !== "offer" ? stay(state) : news(state, input.name, input.body);
    case "offered":
      return offered(state, input);
    case "accepted":
      return input.receiver === state.receiver ? { state, effects: [ask({ request: "answer", sdp: input.sdp })] } : stay(state);
    case "want":
      return receive({ ...state, wants: input.wants });
    case "turn":
      return turned(state, input.device, input.on);
    case "share":
      return shared(state, input.on);
    case "broken":
      return broken(state, input.slot);
    case "retry":
      return state.phase === "joining" && !state.asking && state.conn !== "" ? join(state) : stay(state);
    case "check":
      return check(state, input.resync);
    case "act":
      return state.phase === "in" ? { state, effects: [ask(input.ask)] } : stay(state);
  }
}

const stay = (state: CallState): Step => ({ state, effects: [] });
const ask = (what: Ask): Effect => ({ kind: "ask", ask: what });

/** Carries a state through several steps and gathers their effects. */
function chain(start: Step, ...steps: ((state: CallState) => Step)[]): Step {
  return steps.reduce(({ state, effects }, next) => {
    const { state: after, effects: more } = next(state);
    return { state: after, effects: [...effects, ...more] };
  }, start);
}

// ---- coming and going -----------------------------------------------------------------------------------------------

function entered(state: CallState, on: Devices): Step {
  if (state.phase !== "out") return stay(state);
  const me = { ...IDLE, wanted: on.camera || on.microphone };
  const next: CallState = { ...state, phase: "joining", on, own: { me, screen: IDLE }, silence: 0 };
  return next.conn === "" ? stay(next) : join(next);
}

/**
 * The receiving connection stays, wanting nothing: a connection of the room has one as long as it lasts, and what the
 * node offers on it is still answered.
 */
function left(state: CallState): Step {
  if (state.phase === "out") return stay(state);
  const ended = SLOTS.flatMap((slot): Effect[] => {
    const { publication } = state.own[slot];
    return [...(publication === "" ? [] : [ask({ request: "unpublish", publication })]), { kind: "close", slot }];
  });
  const quiet = state.receiver === "" ? [] : [ask({ request: "receive", wants: [] })];
  return { state: { ...OUT, conn: state.conn, receiver: state.receiver }, effects: [...ended, ...quiet] };
}

const settled = (state: CallState, what: Ask, body: Body): Step =>
  what.request === "receive" || what.request === "answer" ? offer(state, state.receiver, body.sdp) : stay(state);

function connected(state: CallState, conn: string): Step {
  if (conn === state.conn) return stay(state);
  const next = { ...away(state), conn, receiver: "", asked: "" };
  return next.phase === "out" ? stay(next) : join(next);
}

/** Nobody answers: what was asked will not be answered, what is published is in doubt. */
function away(state: CallState): CallState {
  if (state.phase === "out") return state;
  const own = { me: { ...state.own.me, busy: false }, screen: { ...state.own.screen, busy: false } };
  return { ...state, phase: "joining", own, asking: false, receiving: false };
}

const join = (state: CallState): Step => ({ state: { ...state, asking: true }, effects: [ask({ request: "join" })] });

function rejoin(state: CallState): Step {
  return state.asking || state.conn === "" ? stay(away(state)) : join({ ...away(state), asked: "" });
}

/** A sign of life is asked for; at times the whole state, because news may be lost. */
function check(state: CallState, resync: boolean): Step {
  if (state.phase !== "in") return step(state, { kind: "retry" });
  return resync && !state.asking ? join(state) : { state, effects: [ask({ request: "stats" })] };
}

// ---- answers --------------------------------------------------------------------------------------------------------

function answered(state: CallState, what: Ask, body: Body): Step {
  switch (what.request) {
    case "join":
      return joined(state, body);
    case "publish":
      return published(state, what, body);
    case "receive":
      return received(state, body);
    case "answer":
      return offer(state, state.receiver, body.sdp);
    case "restart":
      return offer(state, state.receiver, body.sdp);
    case "stats":
      return alive(state, body);
    case "unpublish":
    case "mute":
    case "mute-all":
      return stay(state);
  }
}

function joined(state: CallState, body: Body): Step {
  const publications = publicationsOf(body);
  const next: CallState = {
    ...state,
    phase: "in",
    asking: false,
    publications,
    speakers: textsOf(body.speakers),
    spotlight: textOf(body.spotlight),
    may: body.may === undefined ? SOURCES : sourcesOf(body.may),
    iceServers: Array.isArray(body.ice_servers) ? (body.ice_servers as RTCIceServer[]) : [],
  };
  const back = state.phase === "joining" ? mutes : stay;
  return chain(stay(next), orphans, ...SLOTS.map((slot) => (now: CallState) => republish(now, slot)), back, receive);
}

/** What the node took from this connection without our hearing of it. */
function orphans(state: CallState): Step {
  const known = SLOTS.map((slot) => state.own[slot].publication);
  if (SLOTS.some((slot) => state.own[slot].busy)) return stay(state);
  const lost = state.publications.filter(({ id, conn }) => conn === state.conn && !known.includes(id));
  return { state, effects: lost.map(({ id }) => ask({ request: "unpublish", publication: id })) };
}

/** What we publish and the node no longer has is published anew. */
function republish(state: CallState, slot: Slot): Step {
  const own = state.own[slot];
  if (!own.wanted || own.busy) return stay(state);
  if (state.publications.some(({ id }) => id === own.publication)) return stay(state);
  return begin(withOwn(state, slot, { publication: "" }), slot);
}

/** A new connection with all of the slot that is allowed. */
function begin(state: CallState, slot: Slot): Step {
  const sources = CARRIES[slot].filter((source) => state.may.includes(source));
  if (sources.length === 0) return givenUp(state, slot, "forbidden");
  return {
    state: withOwn(state, slot, { busy: true, sources }),
    effects: [{ kind: "offer", slot, fresh: true, sources }],
  };
}

function givenUp(state: CallState, slot: Slot, problem: Problem): Step {
  const on = slot === "me" ? { camera: false, microphone: false } : state.on;
  return {
    state: { ...withOwn(state, slot, IDLE), on },
    effects: [{ kind: "close", slot }, { kind: "problem", slot, problem }],
  };
}

function published(state: CallState, { slot, fresh }: { slot: Slot; fresh: boolean }, body: Body): Step {
  const publication = textOf(body.publication);
  const own = state.own[slot];
  if (!own.wanted) return { state, effects: [ask({ request: "unpublish", publication })] };
  const next = withOwn(state, slot, { busy: false, publication });
  const taken: Effect[] = [{ kind: "take-answer", slot, sdp: textOf(body.sdp) }];
  const replaced = own.publication !== "" && own.publication !== publication;
  if (replaced) taken.push(ask({ request: "unpublish", publication: own.publication }));
  return chain({ state: next, effects: taken }, fresh ? mutes : stay);
}

function received(state: CallState, body: Body): Step {
  const receiver = textOf(body.receiver);
  const next = { ...state, receiving: false, receiver };
  return chain(offer(next, receiver, body.sdp), receive);
}

const offer = (state: CallState, receiver: string, sdp: unknown): Step =>
  typeof sdp === "string" ? { state, effects: [{ kind: "accept", receiver, sdp }] } : stay(state);

/** The node answers, but knows nothing of us: it is another one than before. */
function alive(state: CallState, body: Body): Step {
  if (body.receiver !== null || !Array.isArray(body.publications) || body.publications.length > 0) return stay(state);
  const receives = state.receiver !== "" && !state.receiving && state.asked !== "" && state.asked !== "[]";
  const publishes = SLOTS.some((slot) => state.own[slot].publication !== "" && !state.own[slot].busy);
  return receives || publishes ? rejoin({ ...state, receiver: "" }) : stay(state);
}

function failed(state: CallState, what: Ask, code: string): Step {
  const gone = code === UNANSWERED || code === OFFLINE;
  const heard = { ...state, silence: gone ? state.silence + 1 : 0 };
  switch (what.request) {
    case "join":
      return { state: { ...away(heard) }, effects: [{ kind: "retry-later" }] };
    case "publish":
      return publishFailed(heard, what.slot, code, gone);
    case "receive":
      return gone ? rejoin({ ...heard, receiving: false }) : stay({ ...heard, receiving: false, asked: "" });
    case "restart":
    case "answer":
      return rejoin({ ...heard, receiver: what.request === "restart" && !gone ? "" : heard.receiver });
    case "stats":
      return heard.silence >= MOST_SILENCE ? rejoin(heard) : stay(heard);
    case "unpublish":
    case "mute":
    case "mute-all":
      return stay(heard);
  }
}

const PROBLEMS: Record<string, Problem> = {
  forbidden: "forbidden",
  limit_reached: "limit",
  no_common_codec: "codec",
  bad_offer: "failed",
  bad_request: "failed",
};

/** What will be refused again is given up; the rest heals with the next `join`. */
function publishFailed(state: CallState, slot: Slot, code: string, gone: boolean): Step {
  const problem = PROBLEMS[code];
  if (problem === undefined || gone) {
    return { state: away(withOwn(state, slot, { publication: "" })), effects: [{ kind: "retry-later" }] };
  }
  return givenUp(state, slot, problem);
}

// ---- publishing -----------------------------------------------------------------------------------------------------

const withOwn = (state: CallState, slot: Slot, change: Partial<Own>): CallState => ({
  ...state,
  own: { ...state.own, [slot]: { ...state.own[slot], ...change } },
});

function offered(state: CallState, { slot, fresh, sdp, sources }: Extract<Input, { kind: "offered" }>): Step {
  if (!state.own[slot].busy || state.conn === "") return stay(state);
  const muted = Object.keys(sources).filter((mid) => isOff(state, sources[mid]));
  return { state, effects: [ask({ request: "publish", slot, fresh, sdp, sources, muted })] };
}

const isOff = (state: CallState, source: Source | undefined): boolean =>
  (source === "camera" || source === "microphone") && !state.on[source];

function turned(state: CallState, device: keyof Devices, on: boolean): Step {
  if (state.phase === "out") return stay(state);
  const next = { ...state, on: { ...state.on, [device]: on } };
  if (!on) return mutes(next);
  if (!state.may.includes(device)) return { state, effects: [{ kind: "not-allowed", device }] };
  const { me } = state.own;
  const wanted = withOwn(next, "me", { wanted: true });
  if (wanted.phase !== "in" || me.busy) return stay(wanted);
  if (me.publication === "" || !me.sources.includes(device)) return begin(wanted, "me");
  return mutes(wanted);
}

/** Tells the node which of our devices are off, where it thinks otherwise. */
function mutes(state: CallState): Step {
  const mine = state.publications.find(({ id }) => id === state.own.me.publication);
  if (mine === undefined || state.phase !== "in") return stay(state);
  const wrong = DEVICES.flatMap((device) => {
    const track = trackFrom(mine, device);
    return track !== undefined && track.muted === state.on[device] ? [{ track: track.id, muted: !state.on[device] }] : [];
  });
  const effects = wrong.map(({ track, muted }) => ask({ request: "mute", track, muted }));
  const publications = wrong.reduce((now, { track, muted }) => withMuted(now, track, muted), state.publications);
  return { state: { ...state, publications }, effects };
}

function shared(state: CallState, on: boolean): Step {
  const { publication, wanted } = state.own.screen;
  if (state.phase === "out" || wanted === on) return stay(state);
  if (on) {
    const next = withOwn(state, "screen", { wanted: true, publication: "" });
    return next.phase === "in" ? republish(next, "screen") : stay(next);
  }
  const ended: Effect[] = publication === "" ? [] : [ask({ request: "unpublish", publication })];
  return { state: withOwn(state, "screen", IDLE), effects: [...ended, { kind: "close", slot: "screen" }] };
}

// ---- receiving ------------------------------------------------------------------------------------------------------

/** Asks for what is wanted, unless that was asked already; one request at a time. */
function receive(state: CallState): Step {
  if (state.phase !== "in" || state.receiving) return stay(state);
  const here = new Set(state.publications.flatMap(({ tracks }) => tracks.map(({ id }) => id)));
  const wants = state.wants.filter(({ track }) => here.has(track));
  const asked = JSON.stringify(wants);
  if (asked === state.asked || (wants.length === 0 && state.receiver === "")) return stay(state);
  return { state: { ...state, asked, receiving: true }, effects: [ask({ request: "receive", wants })] };
}

function broken(state: CallState, slot: Slot | "receiver"): Step {
  if (state.phase !== "in") return stay(state);
  if (slot === "receiver") return state.receiver === "" ? stay(state) : { state, effects: [ask({ request: "restart" })] };
  const own = state.own[slot];
  if (own.publication === "" || own.busy) return stay(state);
  const effects: Effect[] = [{ kind: "offer", slot, fresh: false, sources: own.sources }];
  return { state: withOwn(state, slot, { busy: true }), effects };
}

// ---- news -----------------------------------------------------------------------------------------------------------

function news(state: CallState, name: string, body: Body): Step {
  switch (name) {
    case "published":
      return announced(state, body);
    case "unpublished":
      return unpublished(state, textOf(body.publication), textsOf(body.tracks));
    case "speakers":
      return stay({ ...state, speakers: textsOf(body.tracks) });
    case "muted":
      return muted(state, textOf(body.track), body.muted === true, body.by_staff === true);
    case "spotlight":
      return stay({ ...state, spotlight: textOf(body.publication) });
    case "allowed":
      return stay({ ...state, may: sourcesOf(body.may) });
    case "ended":
      return ended(state, textOf(body.publication));
    case "offer":
      return textOf(body.receiver) === state.receiver ? offer(state, state.receiver, body.sdp) : stay(state);
    case "closed":
      if (textOf(body.receiver) !== state.receiver) return stay(state);
      return receive({ ...state, receiver: "", asked: "" });
    default:
      return stay(state);
  }
}

/** Our own is announced before its publisher is answered: the connection's name tells whose it is. */
function announced(state: CallState, body: Body): Step {
  const publication = publicationOf(body);
  const at = state.publications.findIndex(({ id }) => id === publication.id);
  const publications = at < 0 ? [...state.publications, publication] : state.publications.with(at, publication);
  return receive({ ...state, publications });
}

/** Our own that ended without a word, because its path was gone for long, is published anew; a screen is not. */
function unpublished(state: CallState, id: string, tracks: string[]): Step {
  const gone = new Set(tracks);
  const publications = state.publications
    .map((one) => (one.id === id ? { ...one, tracks: one.tracks.filter((track) => !gone.has(track.id)) } : one))
    .filter((one) => one.tracks.length > 0);
  const over = publications.every((one) => one.id !== id);
  const next = { ...state, publications, spotlight: over && state.spotlight === id ? "" : state.spotlight };
  const slot = over ? slotOf(state, id) : undefined;
  if (slot === undefined) return receive(next);
  if (slot === "screen") return removed(next, slot);
  return begin(withOwn(next, slot, { publication: "", busy: false }), slot);
}

const slotOf = (state: CallState, publication: string): Slot | undefined =>
  SLOTS.find((slot) => publication !== "" && state.own[slot].publication === publication);

/** The room does not allow it any more; before `unpublished`, which everybody hears. */
function ended(state: CallState, publication: string): Step {
  const slot = slotOf(state, publication);
  return slot === undefined ? stay(state) : removed(state, slot);
}

function removed(state: CallState, slot: Slot): Step {
  const on = slot === "me" ? { camera: false, microphone: false } : state.on;
  return {
    state: { ...withOwn(state, slot, IDLE), on },
    effects: [{ kind: "close", slot }, { kind: "removed", slot }],
  };
}

function muted(state: CallState, track: string, isMuted: boolean, byStaff: boolean): Step {
  const next = { ...state, publications: withMuted(state.publications, track, isMuted) };
  const mine = state.publications.find(({ id }) => id !== "" && id === state.own.me.publication);
  const device = DEVICES.find((one) => trackFrom(mine, one)?.id === track);
  if (device === undefined || !byStaff || !isMuted || !state.on[device]) return stay(next);
  return { state: { ...next, on: { ...state.on, [device]: false } }, effects: [{ kind: "turned-off", device }] };
}

const withMuted = (publications: Publication[], track: string, isMuted: boolean): Publication[] =>
  publications.map((one) => ({ ...one, tracks: one.tracks.map((other) => asMuted(other, track, isMuted)) }));

const asMuted = (track: Track, id: string, isMuted: boolean): Track =>
  track.id === id && track.muted !== isMuted ? { ...track, muted: isMuted } : track;
