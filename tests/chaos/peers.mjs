// Stock Yjs clients that edit without pause and tell what they made, saw and were promised.
//
// Commands come as JSON lines on standard input, events go as JSON lines to standard output:
//   {do: "join", clients: [{id, door, url, room, doc, token, gap, seed}]}    gap: mean seconds between two edits
//   {do: "rest"}                 stop editing, stay connected
//   {do: "look", ids, ask}       answered by {look: {id: {update, vector, unsynced, live}}, ask}
//   {do: "leave", ids}
//   {events: [["made", id, n, at], ["seen", id, author, n, at], ["acked", id, n, at], ["status", id, word, code]]}
// Times are seconds of the machine's monotonic clock, the one Python's time.monotonic() reads.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(new URL("../interop/node/package.json", import.meta.url));
const Y = require("yjs");
const { WebsocketProvider } = require("y-websocket");
const { HocuspocusProvider, HocuspocusProviderWebsocket } = require("@hocuspocus/provider");
const decoding = require("lib0/decoding");
const { WebSocket } = require("ws");

process.setMaxListeners(0); // the awareness of each client listens for the exit
const now = () => Number(process.hrtime.bigint()) / 1e9;
const events = [];
const tell = (...event) => events.push(event);
const say = (line) => process.stdout.write(JSON.stringify(line) + "\n");
// How late this very process runs: figures taken while it is late say nothing about the server.
const TICK = 0.02;
let due = now() + TICK;
let late = 0;
setInterval(() => {
  late = Math.max(late, now() - due);
  due = now() + TICK;
  if (events.length) say({ events: events.splice(0), late });
  if (events.length === 0) late = 0;
}, TICK * 1000);

/** Small seeded generator (mulberry32), 0 to 1. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One client: a document, edits on it, and a stock provider. */
class Client {
  constructor(spec) {
    this.spec = spec;
    this.made = 0;
    this.random = generator(spec.seed);
    this.doc = new Y.Doc();
    this.log = this.doc.getArray("log");
    this.text = this.doc.getText("text");
    this.map = this.doc.getMap("map");
    this.log.observe((event, transaction) => this.observe(event, transaction));
    this.connect();
    if (spec.gap > 0) this.plan();
  }

  plan() {
    const wait = -Math.log(1 - this.random()) * this.spec.gap;
    this.timer = setTimeout(() => {
      this.edit();
      this.plan();
    }, wait * 1000);
  }

  /** One edit is one transaction: its name into the log, and something at random elsewhere. */
  edit() {
    this.made += 1;
    const n = this.made;
    tell("made", this.spec.id, n, now());
    this.doc.transact(() => {
      this.log.push([`${this.spec.id}:${n}`]);
      this.anything(n);
    });
  }

  anything(n) {
    const { text, random } = this;
    const at = Math.floor(random() * (text.length + 1));
    const choice = random();
    // Formats are rare: Yjs walks the whole text after each one that comes from elsewhere.
    if (choice < 0.4) this.map.set(`k${Math.floor(random() * 50)}`, n);
    else if (text.length > 400) text.delete(Math.min(at, text.length - 40), 40);
    else if (choice < 0.9 || text.length < 10) text.insert(at, `${n} `);
    else if (choice < 0.97) text.delete(Math.min(at, text.length - 4), 4);
    else if (choice < 0.985) text.insert(at, "word ", { bold: true });
    else text.format(Math.min(at, text.length - 3), 3, { italic: random() < 0.5 ? true : null });
  }

  observe(event, transaction) {
    if (transaction.local) return;
    const at = now();
    for (const part of event.changes.delta) {
      for (const name of part.insert ?? []) {
        const [author, n] = name.split(":");
        if (author !== this.spec.id) tell("seen", this.spec.id, author, Number(n), at);
      }
    }
  }

  look() {
    return {
      update: Buffer.from(Y.encodeStateAsUpdate(this.doc)).toString("base64"),
      vector: Buffer.from(Y.encodeStateVector(this.doc)).toString("base64"),
      made: this.made,
      ...this.standing(),
    };
  }

  rest() {
    clearTimeout(this.timer);
  }
}

class YClient extends Client {
  connect() {
    const { id, url, room, doc, token } = this.spec;
    this.provider = new WebsocketProvider(`${url}/yjs/${room}`, doc, this.doc, {
      WebSocketPolyfill: WebSocket,
      disableBc: true,
      params: { token },
    });
    this.provider.awareness.setLocalStateField("user", { name: id });
    this.provider.on("connection-close", (event) => tell("status", id, "closed", event?.code ?? 0));
    this.provider.on("closed", (event) => tell("status", id, "gave-up", event.code));
  }

  standing() {
    return { live: this.provider.synced, unsynced: 0 };
  }

  leave() {
    this.rest();
    this.provider.destroy();
  }
}

const SYNC = 0, STATUS = 8, STEP2 = 1, UPDATE = 2;

/** A WebSocket that counts what Hocuspocus should answer with a SyncStatus: every update, and the first step 2. */
function counting(client) {
  return class extends WebSocket {
    updates = 0;
    answers = 0;
    acks = 0;

    constructor(url) {
      super(url);
      client.socket = this;
      this.addEventListener("message", ({ data }) => this.receives(new Uint8Array(data)));
    }

    send(data) {
      const decoder = decoding.createDecoder(new Uint8Array(data));
      if (data.length > 1) {
        decoding.readVarString(decoder);
        if (decoding.readVarUint(decoder) === SYNC) {
          const kind = decoding.readVarUint(decoder);
          if (kind === UPDATE) this.updates += 1;
          if (kind === STEP2) this.answers += 1;
        }
      }
      super.send(data);
    }

    receives(data) {
      if (data.length < 3) return;
      const decoder = decoding.createDecoder(data);
      decoding.readVarString(decoder);
      if (decoding.readVarUint(decoder) !== STATUS) return;
      if (decoding.readVarInt(decoder) !== 1) return tell("status", client.spec.id, "refused", 0);
      this.acks += 1;
      // Everything this client ever made has been sent on this socket, and all of it is durable.
      if (this.answers && this.acks === this.updates + 1) tell("acked", client.spec.id, client.made, now());
    }
  };
}

class HocuspocusClient extends Client {
  connect() {
    const { id, url, room, doc, token } = this.spec;
    this.wire = new HocuspocusProviderWebsocket({
      url: `${url}/hocuspocus`,
      WebSocketPolyfill: counting(this),
      // An impatient person's settings; the library waits 1 s to 30 s between attempts.
      delay: 200,
      minDelay: 100,
      maxDelay: 2000,
    });
    this.provider = new HocuspocusProvider({
      websocketProvider: this.wire,
      name: `${room}/${doc}`,
      document: this.doc,
      token,
    });
    this.provider.attach();
    this.provider.awareness.setLocalStateField("user", { name: id });
    this.provider.on("close", ({ event }) => tell("status", id, "closed", event?.code ?? 0));
    this.provider.on("authenticationFailed", ({ reason }) => tell("status", id, `gave-up: ${reason}`, 4403));
  }

  standing() {
    return { live: this.provider.synced, unsynced: this.provider.unsyncedChanges };
  }

  leave() {
    this.rest();
    this.provider.destroy();
    this.wire.destroy();
  }
}

const clients = new Map();
const chosen = (ids) => (ids ?? [...clients.keys()]).map((id) => clients.get(id));

const commands = {
  join({ clients: specs }) {
    for (const spec of specs) clients.set(spec.id, spec.door === "yjs" ? new YClient(spec) : new HocuspocusClient(spec));
  },
  rest() {
    for (const client of clients.values()) client.rest();
  },
  look({ ids, ask }) {
    say({ ask, look: Object.fromEntries(chosen(ids).map((client) => [client.spec.id, client.look()])) });
  },
  leave({ ids }) {
    for (const client of chosen(ids)) {
      client.leave();
      clients.delete(client.spec.id);
    }
  },
};

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const command = JSON.parse(line);
    commands[command.do](command);
  })
  .on("close", () => process.exit(0));
say({ ready: true });
