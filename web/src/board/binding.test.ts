import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import type { Scene } from "./binding";
import { PageBinding } from "./binding";
import type { SceneElement } from "./elements";
import { inOrder } from "./elements";
import { elementsOf, seedBoard } from "./schema";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Shape = SceneElement & { x: number; y: number; color: string; points?: number[][] };

/** Behaves as Excalidraw does towards the binding: elements are changed in place and count their versions. */
class ModelScene implements Scene {
  shapes: Shape[] = [];
  holding = new Set<string>();
  shown = 0;
  binding!: PageBinding;
  private nonce: number;

  constructor(seed: number) {
    this.nonce = seed * 1_000_000;
  }

  elements = () => this.shapes;
  held = () => this.holding;
  restore = (fields: Record<string, unknown>[]) => structuredClone(fields) as unknown as SceneElement[];

  show(elements: SceneElement[]): void {
    this.shown++;
    this.shapes = elements as Shape[];
    this.binding.changed();
  }

  draw(id: string, index: string): void {
    this.shapes = inOrder([
      ...this.shapes,
      { id, index, x: 0, y: 0, color: "black", isDeleted: false, version: 1, versionNonce: ++this.nonce },
    ]);
    this.binding.changed();
  }

  change(id: string, fields: Partial<Shape>): void {
    const shape = this.shapes.find((other) => other.id === id);
    if (shape === undefined) return;
    Object.assign(shape, fields, { version: shape.version + 1, versionNonce: ++this.nonce });
    this.binding.changed();
  }

  /** What a person sees. */
  picture(): unknown {
    const seen = this.shapes.filter((shape) => !shape.isDeleted);
    return seen.map(({ id, x, y, color, points }) => ({ id, x, y, color, points }));
  }
}

class Client {
  readonly doc = new Y.Doc();
  readonly scene: ModelScene;
  readonly binding: PageBinding;
  written = 0;
  private out: Uint8Array[] = [];

  constructor(number: number) {
    seedBoard(this.doc);
    this.scene = new ModelScene(number);
    this.binding = new PageBinding(elementsOf(this.doc, "page-1")!, this.scene, true);
    this.scene.binding = this.binding;
    this.scene.shapes = this.binding.initial() as Shape[];
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin === "wire") return;
      this.written++;
      this.out.push(update);
    });
  }

  exchange(others: Client[]): void {
    const updates = this.out.splice(0);
    for (const other of others) {
      if (other === this) continue;
      for (const update of updates) Y.applyUpdate(other.doc, update, "wire");
    }
  }
}

function pair(): [Client, Client, () => void] {
  const clients: [Client, Client] = [new Client(1), new Client(2)];
  const settle = () => {
    for (let round = 0; round < 4; round++) {
      vi.advanceTimersByTime(1_000);
      for (const client of clients) client.exchange(clients);
    }
  };
  return [...clients, settle];
}

describe("a page and its scene", () => {
  it("carries new, changed and deleted elements across", () => {
    const [a, b, settle] = pair();
    a.scene.draw("one", "a0");
    settle();
    expect(b.scene.picture()).toEqual(a.scene.picture());
    b.scene.change("one", { x: 50 });
    settle();
    expect(a.scene.picture()).toMatchObject([{ id: "one", x: 50 }]);
    a.scene.change("one", { isDeleted: true });
    settle();
    expect(b.scene.picture()).toEqual([]);
    expect(elementsOf(b.doc, "page-1")?.get("one")?.get("isDeleted")).toBe(true);
  });

  it("does not echo what it was told", () => {
    const [a, b, settle] = pair();
    a.scene.draw("one", "a0");
    settle();
    a.scene.change("one", { x: 5 });
    settle();
    expect(b.written).toBe(0);
    expect(a.scene.shown).toBe(0);
  });

  it("lets two people change different fields of one element", () => {
    const [a, b, settle] = pair();
    a.scene.draw("one", "a0");
    settle();
    a.scene.change("one", { x: 10 });
    b.scene.change("one", { color: "red" });
    settle();
    for (const client of [a, b]) expect(client.scene.picture()).toMatchObject([{ x: 10, color: "red" }]);
  });

  it("keeps an element under somebody's hand as they have it, and merges when they let go", () => {
    const [a, b, settle] = pair();
    a.scene.draw("one", "a0");
    settle();
    b.scene.holding.add("one");
    b.scene.change("one", { x: 1 });
    a.scene.change("one", { color: "red" });
    settle();
    expect(b.scene.picture()).toMatchObject([{ x: 1, color: "black" }]);
    b.scene.change("one", { x: 2 });
    b.scene.holding.clear();
    settle();
    for (const client of [a, b]) expect(client.scene.picture()).toMatchObject([{ x: 2, color: "red" }]);
  });

  it("writes fields, not elements, and nothing when only the count moved", () => {
    const [a, , settle] = pair();
    a.scene.draw("one", "a0");
    settle();
    const writes: string[] = [];
    elementsOf(a.doc, "page-1")?.observeDeep((events) => {
      for (const event of events) writes.push(...event.keys.keys());
    });
    a.scene.change("one", { x: 3 });
    settle();
    expect(writes.sort()).toEqual(["version", "versionNonce", "x"]);
    a.scene.change("one", {});
    settle();
    expect(writes).toHaveLength(3);
  });

  it("deletes nothing that merely vanished from the scene, as when it is taken down", () => {
    const [a, b, settle] = pair();
    a.scene.draw("one", "a0");
    settle();
    b.scene.change("one", { x: 9 });
    settle();
    b.scene.shapes = [];
    b.binding.destroy();
    settle();
    expect(a.scene.picture()).toMatchObject([{ id: "one", x: 9 }]);
    expect(elementsOf(b.doc, "page-1")?.get("one")?.get("isDeleted")).toBe(false);
  });

  it("writes nothing while it may not", () => {
    const [a, b, settle] = pair();
    b.binding.setWritable(false);
    b.scene.draw("forbidden", "a0");
    settle();
    expect(b.written).toBe(0);
    a.scene.draw("one", "a1");
    settle();
    expect(b.scene.picture()).toMatchObject([{ id: "forbidden" }, { id: "one" }]);
    expect(b.written).toBe(0);
  });

  it("sends a long stroke more seldom than a short move", () => {
    const count = (points: number) => {
      const [a, , settle] = pair();
      a.scene.draw("stroke", "a0");
      settle();
      const before = a.written;
      for (let at = 0; at < 100; at++) {
        a.scene.change("stroke", { points: Array.from({ length: points + at }, (_, i) => [i, i]) });
        vi.advanceTimersByTime(10);
      }
      return a.written - before;
    };
    expect(count(1_000)).toBeLessThan(count(1) / 3);
  });

  it("is one board however many found it empty", () => {
    const [a, b] = [new Y.Doc(), new Y.Doc()];
    seedBoard(a);
    seedBoard(b);
    elementsOf(a, "page-1")?.set("a", new Y.Map([["x", 1]]));
    elementsOf(b, "page-1")?.set("b", new Y.Map([["x", 2]]));
    Y.applyUpdate(a, Y.encodeStateAsUpdate(b));
    expect([...elementsOf(a, "page-1")!.keys()].sort()).toEqual(["a", "b"]);
  });

  it.each(Array.from({ length: 40 }, (_, seed) => seed + 1))("seed %i: all scenes become one picture", (seed) => {
    let state = seed;
    const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
    const clients = [new Client(1), new Client(2), new Client(3)];
    for (let turn = 0; turn < 150; turn++) {
      const client = clients[Math.floor(random() * 3)]!;
      const target = client.scene.shapes[Math.floor(random() * client.scene.shapes.length)]?.id ?? "";
      const what = random();
      if (what < 0.2) client.scene.draw(`${seed}.${turn}`, `a${turn % 10}`);
      else if (what < 0.5) client.scene.change(target, { x: turn });
      else if (what < 0.6) client.scene.change(target, { color: `c${turn}` });
      else if (what < 0.65) client.scene.change(target, { isDeleted: true });
      else if (what < 0.7) client.scene.holding.add(target);
      else if (what < 0.75) client.scene.holding.clear();
      else if (what < 0.9) vi.advanceTimersByTime(30);
      else client.exchange(clients);
    }
    for (const client of clients) client.scene.holding.clear();
    for (let round = 0; round < 4; round++) {
      for (const client of clients) client.binding.changed();
      vi.advanceTimersByTime(1_000);
      for (const client of clients) client.exchange(clients);
    }
    const pictures = clients.map((client) => JSON.stringify(client.scene.picture()));
    expect(new Set(pictures).size).toBe(1);
    for (const client of clients) client.binding.destroy();
  });
});
