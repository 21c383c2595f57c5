/**
 * One visit to one room: the connection, the class, the documents and the commands, wired together.
 *
 *     socket ─ Connection ─┬─ class events ─▶ classroom (Store)
 *                          ├─ document frames ─▶ Documents
 *                          ├─ answers ─▶ Commands
 *                          └─ media signalling ─▶ Signals
 */

import type { Captions } from "../media/captions";
import { heard, NO_CAPTIONS } from "../media/captions";
import { Signals } from "../media/signals";
import { Connection, NoToken } from "../protocol/connection";
import type { Socket } from "../protocol/connection";
import type { Command, Role, ServerFrame, Welcome } from "../protocol/frames";
import type { ConnectionState } from "../protocol/machine";
import type { ClassState } from "./classroom";
import { disconnected, EMPTY_CLASS, happened, replaceClass, withOlderChat, withRosterPage } from "./classroom";
import { Commands } from "./commands";
import { Documents } from "./documents";
import { takesPart } from "./roles";
import { Store } from "./store";
import type { Ticket } from "./tickets";
import { expiresSoon, keepTicket, Problem, renew } from "./tickets";

export interface Me {
  user: string;
  name: string;
  role: Role;
}

export interface Reaction {
  /** Counts up; tells one from the next. */
  key: number;
  user: string;
  name: string;
  emoji: string;
}

export class RoomSession {
  readonly connection = new Store<ConnectionState>({ kind: "idle" });
  readonly classroom = new Store<ClassState>(EMPTY_CLASS);
  readonly me: Store<Me | null> = new Store<Me | null>(null);
  /** Staff have yet to let us in. */
  readonly atTheDoor = new Store(false);
  /** Whether the server's storage answers. */
  readonly storage = new Store(true);
  readonly reaction: Store<Reaction | null> = new Store<Reaction | null>(null);
  readonly captions: Store<Captions> = new Store<Captions>(NO_CAPTIONS);
  readonly documents: Documents;
  readonly signals: Signals;
  private readonly link: Connection;
  private readonly commands: Commands;
  private numbers = 0;
  private reactions = 0;

  constructor(
    private ticket: Ticket,
    openSocket: () => Socket = () => roomSocket(ticket.room),
  ) {
    const wire = {
      send: (frame: Parameters<Connection["send"]>[0]) => this.link.send(frame),
      nextNumber: () => ++this.numbers,
      isLive: () => this.link.live,
      presents: () => takesPart(this.me.get()?.role ?? "observer"),
    };
    this.documents = new Documents(wire);
    // What was written before a command is part of what it is about: it arrives before it.
    const afterEdits = (): number => {
      this.documents.flush();
      return wire.nextNumber();
    };
    this.commands = new Commands(wire.send, afterEdits, wire.isLive);
    this.signals = new Signals(wire.send, wire.nextNumber);
    this.link = new Connection(
      {
        openSocket,
        token: (fresh) => this.token(fresh),
        seen: () => this.classroom.get().seq,
        now: Date.now,
        random: Math.random,
      },
      { state: (state) => this.onState(state), frame: (frame) => this.onFrame(frame) },
    );
  }

  get room(): string {
    return this.ticket.room;
  }

  start(): void {
    window.addEventListener("online", this.onOnline);
    window.addEventListener("offline", this.onOffline);
    this.link.start();
  }

  stop(): void {
    window.removeEventListener("online", this.onOnline);
    window.removeEventListener("offline", this.onOffline);
    this.documents.destroy();
    this.signals.disconnected();
    this.link.stop();
  }

  tryNow(): void {
    this.link.tryNow();
  }

  /** Asks something of the class; rejects with `CommandRefused`. A `key` marks what may be repeated: see `Commands`. */
  ask(command: Command, key: string | null = null): Promise<void> {
    return this.commands.ask(command, key).then((answer) => this.onPage(answer));
  }

  /** Latest wins and nobody waits for an answer: reactions, where the leader looks. */
  tell(command: Command): void {
    this.commands.tell(command);
  }

  private readonly onOnline = (): void => this.link.tryNow();
  private readonly onOffline = (): void => this.link.probe();

  private async token(fresh: boolean): Promise<string> {
    if (fresh || expiresSoon(this.ticket, Date.now() / 1000)) {
      this.ticket = await renew(this.ticket).catch((error: unknown) => {
        throw error instanceof Problem && error.final ? new NoToken(error.message) : error;
      });
      keepTicket(this.ticket);
    }
    return this.ticket.token;
  }

  private onState(state: ConnectionState): void {
    const wasLive = this.connection.get().kind === "live";
    this.connection.set(state);
    if (wasLive && state.kind !== "live") {
      this.classroom.update(disconnected);
      this.documents.disconnected();
      this.commands.disconnected();
      this.signals.disconnected();
    }
  }

  private onFrame(frame: ServerFrame): void {
    switch (frame.kind) {
      case "waiting":
        return this.atTheDoor.set(true);
      case "welcome":
        this.atTheDoor.set(false);
        return this.welcomed(frame);
      case "class":
        this.classroom.set(replaceClass(frame.classroom));
        return this.readMyRole();
      case "happened":
        return this.happened(frame.seq, frame.event);
      case "saving":
        return this.storage.set(frame.ok);
      case "done":
      case "chat-page":
      case "roster":
        return this.commands.answered(frame);
      case "refused":
        if (!this.commands.refused(frame) && !this.signals.refused(frame)) this.documents.frame(frame);
        return;
      case "signal":
        return this.signals.frame(frame);
      default:
        return this.documents.frame(frame);
    }
  }

  /** The first one on a connection starts everything again; later ones answer a renewal. */
  private welcomed(frame: Welcome): void {
    const again = this.me.get() !== null && this.welcomedConnection === frame.conn;
    this.me.set({ user: frame.user, name: frame.name, role: frame.role });
    if (again) return;
    this.welcomedConnection = frame.conn;
    this.numbers = 0;
    this.storage.set(true);
    this.documents.welcomed();
    this.commands.welcomed();
    this.signals.welcomed(frame.conn);
  }

  private welcomedConnection = "";

  private happened(seq: number, event: Parameters<typeof happened>[2]): void {
    const { state, catchUp } = happened(this.classroom.get(), seq, event);
    this.classroom.set(state);
    if (catchUp) this.link.send({ kind: "catch-up", seen: state.seq });
    if (event.kind === "reacted") this.reaction.set({ key: ++this.reactions, ...event });
    if (event.kind === "captioned") this.captions.update((lines) => heard(lines, event, Date.now() / 1000));
    if (event.kind === "document") this.documents.rightsChanged(event.document.doc);
    if (event.kind === "joined" && event.member.user === this.me.get()?.user) this.readMyRole();
  }

  private readMyRole(): void {
    const me = this.me.get();
    const member = this.classroom.get().members.find((other) => other.user === me?.user);
    if (me === null || member === undefined || member.role === me.role) return;
    this.me.set({ ...me, name: member.name, role: member.role });
    this.documents.rightsChanged();
  }

  private onPage(answer: ServerFrame): void {
    if (answer.kind === "chat-page") this.classroom.update((state) => withOlderChat(state, answer.messages, answer.more));
    if (answer.kind === "roster") {
      this.classroom.update((state) => withRosterPage(state, answer.offset, answer.members));
    }
  }
}

function roomSocket(room: string): Socket {
  const url = new URL(`/ws/rooms/${encodeURIComponent(room)}`, window.location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  return socket as unknown as Socket;
}
