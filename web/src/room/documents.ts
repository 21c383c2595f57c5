/**
 * Yjs documents over the room's one socket.
 *
 * `open` gives a document at once, empty until `synced`. It may be edited offline: on the next connection `Open` carries
 * what is held, `Opened` what was missed, and `Answer` everything the server lacks. Local updates are merged over a
 * few milliseconds; the first of a burst leaves at once.
 */

import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness";
import * as Y from "yjs";
import { EMPTY_UPDATE_LENGTH } from "../protocol/bytes";
import type { ClientFrame, Opened, Refused, ServerFrame } from "../protocol/frames";
import type { Changes, SavingState } from "./saving";
import * as saving from "./saving";
import { Store } from "./store";
import { Window } from "./window";

export interface Wire {
  send(frame: ClientFrame): boolean;
  nextNumber(): number;
  isLive(): boolean;
  /** Whether cursors may be shown. */
  presents(): boolean;
}

/** What the page shows of a document; `held` changes when its local copy was thrown away. */
export interface DocumentStatus {
  synced: boolean;
  saving: SavingState;
  /** The code of the refusal, or null. */
  refused: string | null;
}

const UPDATE_WINDOW_MS = 25;
const AWARENESS_WINDOW_MS = 60;
const RESYNC_AFTER_MS = 1_500;

type Link =
  /** Not connected, or waiting before asking again. */
  | "down"
  /** `Open` was sent. */
  | "opening"
  /** Local updates go out as they come. */
  | "open"
  /** The server refused something: updates come in, none go out. */
  | "halted";

export class SharedDocument {
  readonly doc = new Y.Doc();
  readonly awareness = new Awareness(this.doc);
  readonly status: Store<DocumentStatus> = new Store<DocumentStatus>({ synced: false, saving: "offline", refused: null });
  private changes: Changes = saving.NO_CHANGES;
  private saved = 0;
  private link: Link = "down";
  private readonly updates = new Window(UPDATE_WINDOW_MS, () => this.sendUpdates());
  private readonly states = new Window(AWARENESS_WINDOW_MS, () => this.sendAwareness());
  private pending: Uint8Array[] = [];
  private resync: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly name: string,
    private readonly wire: Wire,
    private readonly changedStatus: () => void,
  ) {
    this.doc.on("update", this.onUpdate);
    this.awareness.on("update", this.onAwareness);
  }

  get unsaved(): boolean {
    return saving.isUnsaved(this.changes, this.saved);
  }

  /** The connection is live: ask for what is missing. */
  connect(): void {
    clearTimeout(this.resync);
    if (!this.wire.isLive()) return;
    this.link = "opening";
    this.changes = saving.retried(this.changes);
    this.wire.send({ kind: "open", doc: this.name, stateVector: Y.encodeStateVector(this.doc) });
    this.refresh();
  }

  disconnect(): void {
    clearTimeout(this.resync);
    this.link = "down";
    this.pending = [];
    this.changes = saving.lost(this.changes, this.saved);
    this.saved = 0;
    const others = [...this.awareness.getStates().keys()].filter((id) => id !== this.doc.clientID);
    removeAwarenessStates(this.awareness, others, this);
    this.refresh();
  }

  /** Rights changed (a lock, a role): what was refused may pass now. */
  rightsChanged(): void {
    if (this.changes.refused !== null) this.connect();
  }

  opened(frame: Opened): void {
    if (this.link === "down") return;
    Y.applyUpdate(this.doc, frame.update, this);
    this.answer(frame.stateVector);
    this.link = "open";
    this.status.update((status) => ({ ...status, synced: true }));
    this.states.run();
    this.refresh();
  }

  /** Everything held beyond `stateVector`; an empty answer still says "that was all". */
  answer(stateVector: Uint8Array): void {
    this.pending = [];
    const n = this.wire.nextNumber();
    const update = Y.encodeStateAsUpdate(this.doc, stateVector);
    this.wire.send({ kind: "answer", doc: this.name, n, update });
    if (this.unsaved || update.length > EMPTY_UPDATE_LENGTH) this.changes = saving.sent(this.changes, n);
    this.refresh();
  }

  apply(update: Uint8Array): void {
    Y.applyUpdate(this.doc, update, this);
  }

  applyAwareness(update: Uint8Array): void {
    applyAwarenessUpdate(this.awareness, update, this);
  }

  confirmed(n: number): void {
    this.saved = n;
    this.refresh();
  }

  /** What follows a refused change cannot be understood without it, so nothing more is sent until a resync. */
  refused(refusal: Refused): void {
    const change = refusal.n !== 0;
    if (!change && this.link !== "opening") return;
    this.pending = [];
    if (refusal.retry) this.resyncLater(change);
    else {
      this.link = "halted";
      this.changes = saving.refused(this.changes, refusal.code, change);
    }
    this.refresh();
  }

  /** Local updates that are being merged leave now. */
  flush(): void {
    this.updates.flush();
  }

  destroy(): void {
    clearTimeout(this.resync);
    this.flush();
    this.updates.cancel();
    this.awareness.setLocalState(null);
    this.states.cancel();
    this.sendAwareness();
    this.link = "down";
    this.doc.off("update", this.onUpdate);
    this.awareness.destroy();
    this.doc.destroy();
  }

  private resyncLater(change: boolean): void {
    this.link = "down";
    if (change) this.changes = saving.changed(this.changes);
    clearTimeout(this.resync);
    this.resync = setTimeout(() => this.connect(), RESYNC_AFTER_MS);
  }

  private readonly onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === this) return;
    this.changes = saving.changed(this.changes);
    if (this.link === "open") {
      this.pending.push(update);
      this.updates.ask();
    }
    this.refresh();
  };

  private readonly onAwareness = (_changes: unknown, origin: unknown): void => {
    if (origin !== this && origin !== "timeout") this.states.ask();
  };

  private sendUpdates(): void {
    if (this.link !== "open" || this.pending.length === 0) return;
    const update = this.pending.length === 1 ? this.pending[0] : Y.mergeUpdates(this.pending);
    this.pending = [];
    const n = this.wire.nextNumber();
    if (update !== undefined && this.wire.send({ kind: "update", doc: this.name, n, update })) {
      this.changes = saving.sent(this.changes, n);
    }
    this.refresh();
  }

  private sendAwareness(): void {
    if (this.link !== "open" || !this.wire.presents()) return;
    const update = encodeAwarenessUpdate(this.awareness, [this.doc.clientID]);
    this.wire.send({ kind: "awareness", doc: this.name, update });
  }

  private refresh(): void {
    const { refused } = this.changes;
    const state = saving.savingState(this.changes, this.saved, this.wire.isLive());
    const old = this.status.get();
    if (old.saving === state && old.refused === refused) return;
    this.status.set({ ...old, saving: state, refused });
    this.changedStatus();
  }
}

/** All documents of the room that were opened here. */
export class Documents {
  /** One word over all documents. */
  readonly saving = new Store<SavingState>("offline");
  /** Grows when a document's local copy was replaced; part of the identity of what edits it. */
  readonly replaced = new Store(0);
  private readonly shared = new Map<string, SharedDocument>();
  /** Which document each number not yet confirmed was for. */
  private readonly numbered = new Map<number, string>();

  constructor(private readonly wire: Wire) {}

  /** Whether closing the page now would lose something. */
  get unsaved(): boolean {
    return [...this.shared.values()].some((document) => document.unsaved);
  }

  open(name: string): SharedDocument {
    const known = this.shared.get(name);
    if (known !== undefined) return known;
    const document = new SharedDocument(name, this.wireOf(name), () => this.refresh());
    this.shared.set(name, document);
    document.connect();
    return document;
  }

  /** Throws the local copy away, with the changes the server refused, and starts again from the server's. */
  discard(name: string): void {
    this.shared.get(name)?.destroy();
    this.shared.delete(name);
    this.open(name);
    this.replaced.update((count) => count + 1);
    this.refresh();
  }

  welcomed(): void {
    this.numbered.clear();
    for (const document of this.shared.values()) document.connect();
    this.refresh();
  }

  disconnected(): void {
    for (const document of this.shared.values()) document.disconnect();
    this.refresh();
  }

  rightsChanged(name?: string): void {
    for (const document of this.shared.values()) {
      if (name === undefined || name === document.name) document.rightsChanged();
    }
  }

  frame(frame: ServerFrame): void {
    switch (frame.kind) {
      case "opened":
        return this.shared.get(frame.doc)?.opened(frame);
      case "update":
        return this.shared.get(frame.doc)?.apply(frame.update);
      case "ask":
        return this.shared.get(frame.doc)?.answer(frame.stateVector);
      case "awareness":
        return this.shared.get(frame.doc)?.applyAwareness(frame.update);
      case "saved":
        return this.confirmed(frame.n);
      case "refused":
        return this.shared.get(frame.doc || (this.numbered.get(frame.n) ?? ""))?.refused(frame);
    }
  }

  /** Local updates that are being merged leave now. */
  flush(): void {
    for (const document of this.shared.values()) document.flush();
  }

  destroy(): void {
    for (const document of this.shared.values()) document.destroy();
    this.shared.clear();
  }

  private confirmed(n: number): void {
    for (const document of this.shared.values()) document.confirmed(n);
    for (const number of this.numbered.keys()) if (number <= n) this.numbered.delete(number);
  }

  private wireOf(name: string): Wire {
    return {
      ...this.wire,
      nextNumber: () => {
        const n = this.wire.nextNumber();
        this.numbered.set(n, name);
        return n;
      },
    };
  }

  private refresh(): void {
    const states = [...this.shared.values()].map((document) => document.status.get().saving);
    this.saving.set(saving.worst(states, this.wire.isLive()));
  }
}
