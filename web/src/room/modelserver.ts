/** For tests: the server's side of documents in a few lines of Yjs. It keeps its promises, one connection a client. */

import * as Y from "yjs";
import type { ClientFrame, ServerFrame } from "../protocol/frames";
import type { Wire } from "./documents";
import { Documents } from "./documents";

export class ModelServer {
  readonly doc = new Y.Doc();
  /** What would survive a crash. */
  durable: Uint8Array = Y.encodeStateAsUpdate(this.doc);
  private readonly clients = new Set<ModelClient>();

  attach(client: ModelClient): void {
    this.clients.add(client);
  }

  receive(client: ModelClient, frame: ClientFrame): void {
    switch (frame.kind) {
      case "open":
        return client.hear({
          kind: "opened",
          doc: frame.doc,
          stateVector: Y.encodeStateVector(this.doc),
          update: Y.encodeStateAsUpdate(this.doc, frame.stateVector),
          writable: true,
        });
      case "update":
      case "answer":
        if (client.refuseWith !== null) {
          const { code, retry } = client.refuseWith;
          return client.hear({ kind: "refused", n: frame.n, code, message: "", retry, doc: frame.doc });
        }
        client.unconfirmed = frame.n;
        Y.applyUpdate(this.doc, frame.update);
        for (const other of this.clients) {
          if (other !== client) other.hear({ kind: "update", doc: frame.doc, update: frame.update });
        }
        return;
      case "awareness":
        for (const other of this.clients) {
          if (other !== client) other.hear({ kind: "awareness", doc: frame.doc, update: frame.update });
        }
    }
  }

  /** A group commit: everything received so far is durable, and its authors are told. */
  commit(): void {
    this.durable = Y.encodeStateAsUpdate(this.doc);
    for (const client of this.clients) {
      if (client.unconfirmed > 0) client.hear({ kind: "saved", n: client.unconfirmed });
    }
  }

  hasDurably(text: string): boolean {
    const survivor = new Y.Doc();
    Y.applyUpdate(survivor, this.durable);
    return survivor.getText("t").toString().includes(text);
  }
}

export class ModelClient {
  live = false;
  unconfirmed = 0;
  refuseWith: { code: string; retry: boolean } | null = null;
  readonly sent: ClientFrame[] = [];
  readonly documents: Documents;
  private n = 0;
  private link: { up: ClientFrame[]; down: ServerFrame[] } = { up: [], down: [] };

  constructor(private readonly server: ModelServer) {
    server.attach(this);
    const wire: Wire = {
      isLive: () => this.live,
      nextNumber: () => ++this.n,
      presents: () => true,
      send: (frame) => this.live && this.sent.push(frame) > 0 && this.link.up.push(frame) > 0,
    };
    this.documents = new Documents(wire);
  }

  get text(): Y.Text {
    return this.documents.open("text.t").doc.getText("t");
  }

  get saving(): string {
    return this.documents.open("text.t").status.get().saving;
  }

  connect(): void {
    this.live = true;
    this.n = 0;
    this.unconfirmed = 0;
    this.documents.welcomed();
  }

  /** Both directions lose what they hold. */
  cut(): void {
    this.live = false;
    this.link = { up: [], down: [] };
    this.documents.disconnected();
  }

  hear(frame: ServerFrame): void {
    if (this.live) this.link.down.push(frame);
  }

  /** Delivers one frame of one direction; says whether there was one. */
  deliver(direction: "up" | "down"): boolean {
    if (direction === "up") {
      const frame = this.link.up.shift();
      if (frame !== undefined) this.server.receive(this, frame);
      return frame !== undefined;
    }
    const frame = this.link.down.shift();
    if (frame !== undefined) this.documents.frame(frame);
    return frame !== undefined;
  }
}

export function settle(clients: ModelClient[]): void {
  while (clients.some((client) => client.deliver("up") || client.deliver("down")));
}
