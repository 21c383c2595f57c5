/**
 * The class and its documents as they were at any moment of a recording.
 *
 * Forward, what was noted is applied. Back, everything begins again at the last waypoint before (whole documents, kept
 * on the way), and whatever shows a document is made anew: `generation` grows.
 */

import * as Y from "yjs";
import type { ServerFrame } from "../protocol/frames";
import type { ClassState } from "../room/classroom";
import { EMPTY_CLASS, happened, replaceClass } from "../room/classroom";
import type { Wire } from "../room/documents";
import { SharedDocument } from "../room/documents";
import { Store } from "../room/store";
import type { Talk } from "./seats";
import { NO_TALK, talkAfter } from "./seats";
import type { Note } from "./tape";

/** Nothing ever leaves. */
const NO_WIRE: Wire = { send: () => false, nextNumber: () => 0, isLive: () => false, presents: () => false };

const WAYPOINTS = 40;
const LEAST_NOTES_APART = 500;

interface Waypoint {
  /** The next note. */
  next: number;
  classroom: ClassState;
  talk: Talk;
  documents: ReadonlyMap<string, Uint8Array>;
}

const BEGINNING: Waypoint = { next: 0, classroom: EMPTY_CLASS, talk: NO_TALK, documents: new Map() };

export class Replay {
  readonly classroom = new Store<ClassState>(EMPTY_CLASS);
  readonly talk = new Store<Talk>(NO_TALK);
  readonly generation = new Store(0);
  private documents = new Map<string, SharedDocument>();
  private readonly waypoints: Waypoint[] = [BEGINNING];
  private readonly apart: number;
  private next = 0;

  constructor(private readonly notes: readonly Note[]) {
    this.apart = Math.max(LEAST_NOTES_APART, Math.ceil(notes.length / WAYPOINTS));
  }

  /** A document as it is now; empty until something of it was noted. */
  document(name: string): SharedDocument {
    const known = this.documents.get(name);
    if (known !== undefined) return known;
    const document = new SharedDocument(name, NO_WIRE, () => undefined);
    this.documents.set(name, document);
    return document;
  }

  /** Bring everything to `at` seconds. */
  seek(at: number): void {
    const end = this.indexAfter(at);
    if (end < this.next) this.restart(this.waypoints.findLast(({ next }) => next <= end) ?? BEGINNING);
    while (this.next < end) {
      this.play(Math.min(end, this.next + this.apart - (this.next % this.apart)));
      if (this.next % this.apart === 0 && (this.waypoints.at(-1)?.next ?? 0) < this.next) this.remember();
    }
  }

  destroy(): void {
    for (const document of this.documents.values()) document.destroy();
    this.documents.clear();
  }

  /** The first note later than `at`. */
  private indexAfter(at: number): number {
    let [low, high] = [0, this.notes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.notes[middle]?.at ?? Infinity) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Apply notes up to `end`, each document and the class in one step. */
  private play(end: number): void {
    const updates = new Map<string, Uint8Array[]>();
    let classroom = this.classroom.get();
    let talk = this.talk.get();
    for (const note of this.notes.slice(this.next, end)) {
      talk = talkAfter(talk, note);
      if (note.kind !== "frame") continue;
      if (note.frame.kind === "update") updates.set(note.frame.doc, [...(updates.get(note.frame.doc) ?? []), note.frame.update]);
      else classroom = classAfter(classroom, note.frame);
    }
    this.next = end;
    for (const [name, added] of updates) apply(this.document(name), added);
    this.classroom.set(classroom);
    this.talk.set(talk);
  }

  private remember(): void {
    const whole = (document: SharedDocument): Uint8Array => Y.encodeStateAsUpdate(document.doc);
    const documents = new Map([...this.documents].map(([name, document]) => [name, whole(document)]));
    this.waypoints.push({ next: this.next, classroom: this.classroom.get(), talk: this.talk.get(), documents });
  }

  private restart({ next, classroom, talk, documents }: Waypoint): void {
    const before = this.documents;
    this.documents = new Map();
    this.next = next;
    for (const [name, whole] of documents) apply(this.document(name), [whole]);
    this.classroom.set(classroom);
    this.talk.set(talk);
    this.generation.update((count) => count + 1);
    // Editors let go of the old ones first.
    setTimeout(() => before.forEach((document) => document.destroy()));
  }
}

/** One transaction, so that an editor draws once. */
function apply(document: SharedDocument, updates: readonly Uint8Array[]): void {
  document.doc.transact(() => updates.forEach((update) => Y.applyUpdate(document.doc, update)), document);
}

/** Numbers of events mean nothing here: what was lost is lost, and the class is noted whole now and then. */
function classAfter(classroom: ClassState, frame: ServerFrame): ClassState {
  if (frame.kind === "happened") return happened(classroom, 0, frame.event).state;
  if (frame.kind !== "class") return classroom;
  const whole = replaceClass(frame.classroom);
  const first = whole.chat[0]?.id ?? Infinity;
  return { ...whole, chat: [...classroom.chat.filter(({ id }) => id < first), ...whole.chat], olderChat: false };
}
