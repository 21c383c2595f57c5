/**
 * One page of a board and one Excalidraw scene, kept the same.
 *
 * `known` holds each element as both sides last agreed on it. Local: fields that differ from `known` are written, and
 * only those, so a concurrent change of another field stands. Remote: what changed is read, becomes `known`, and goes
 * into the scene; since the scene then equals `known`, nothing comes back as an echo.
 * An element under the hand of this person is left alone until they let go; then the merged element is shown.
 */

import * as Y from "yjs";
import { Window } from "../room/window";
import type { SceneElement } from "./elements";
import { changedFields, fieldsOf, inOrder } from "./elements";
import type { ElementFields, ElementMap, ElementsMap } from "./schema";

/** What of Excalidraw is used here. */
export interface Scene {
  elements(): readonly SceneElement[];
  /** Replaces the elements, outside of this person's undo history. */
  show(elements: SceneElement[]): void;
  /** Ids of elements being drawn, resized or typed into right now. */
  held(): ReadonlySet<string>;
  /** Fills what older or foreign elements lack; drops what cannot be shown. */
  restore(fields: ElementFields[]): SceneElement[];
}

const WINDOW_MS = 45;
/** A long freehand stroke is rewritten whole each time, so it is sent more seldom the longer it gets. */
const LONGEST_WINDOW_MS = 300;

export class PageBinding {
  private readonly known = new Map<string, ElementFields>();
  private readonly counted = new Map<string, string>();
  private readonly deferred = new Set<string>();
  private longest = 0;
  private readonly window = new Window(
    () => Math.min(LONGEST_WINDOW_MS, WINDOW_MS + this.longest / 2),
    () => this.flush(),
  );

  constructor(
    private readonly elements: ElementsMap,
    private readonly scene: Scene,
    private writable: boolean,
  ) {
    for (const id of elements.keys()) this.learn(id);
    elements.observeDeep(this.onRemote);
  }

  /** The page's elements as a scene starts with them. */
  initial(): SceneElement[] {
    const elements = inOrder(this.scene.restore([...this.known.values()]));
    for (const element of elements) this.counted.set(element.id, countOf(element));
    return elements;
  }

  setWritable(writable: boolean): void {
    this.writable = writable;
  }

  /** The scene changed, or merely may have. */
  changed(): void {
    this.window.ask();
  }

  /**
   * Writes what changed in the scene since the last time. What is not in the scene at all says nothing: only an
   * element that is there as deleted was deleted by somebody (a scene that is being taken down is empty).
   */
  flush(): void {
    if (this.writable) this.elements.doc?.transact(() => this.write(), this);
    this.release();
  }

  destroy(): void {
    this.flush();
    this.window.cancel();
    this.elements.unobserveDeep(this.onRemote);
  }

  private write(): void {
    this.longest = 0;
    for (const element of this.scene.elements()) {
      const count = countOf(element);
      if (this.counted.get(element.id) === count) continue;
      this.counted.set(element.id, count);
      this.writeElement(element.id, fieldsOf(element));
    }
  }

  private writeElement(id: string, fields: ElementFields): void {
    const known = this.known.get(id);
    if (known === undefined && fields.isDeleted === true) return;
    const changes = changedFields(known, fields);
    if (changes === null) return;
    if (Array.isArray(changes.points)) this.longest = Math.max(this.longest, changes.points.length);
    this.known.set(id, { ...known, ...fields });
    const map = this.elements.get(id);
    if (map === undefined) this.elements.set(id, new Y.Map(Object.entries(changes)));
    else for (const [name, value] of Object.entries(changes)) map.set(name, value);
  }

  private readonly onRemote = (events: Y.YEvent<Y.AbstractType<unknown>>[], transaction: Y.Transaction): void => {
    if (transaction.origin === this) return;
    // What is not written yet is measured against what both sides last agreed on, so it has to be written first.
    if (this.writable) transaction.doc.transact(() => this.write(), this);
    const ids = new Set<string>();
    for (const event of events) {
      if (event.target === this.elements) for (const id of event.keys.keys()) ids.add(id);
      else if (event.path[0] !== undefined) ids.add(String(event.path[0]));
    }
    this.show(ids);
  };

  private show(ids: ReadonlySet<string>): void {
    const held = this.scene.held();
    const fresh: ElementFields[] = [];
    for (const id of ids) {
      if (held.has(id)) this.deferred.add(id);
      else {
        const fields = this.learn(id);
        if (fields !== null) fresh.push(fields);
      }
    }
    if (fresh.length > 0) this.replace(fresh);
    if (this.deferred.size > 0) this.window.ask();
  }

  /** Elements whose remote changes waited until they were let go. */
  private release(): void {
    if (this.deferred.size === 0) return;
    const held = this.scene.held();
    const free = new Set([...this.deferred].filter((id) => !held.has(id)));
    for (const id of free) this.deferred.delete(id);
    if (this.deferred.size > 0) this.window.ask();
    this.show(free);
  }

  private replace(fresh: ElementFields[]): void {
    const restored = this.scene.restore(fresh);
    const byId = new Map(this.scene.elements().map((element) => [element.id, element]));
    for (const element of restored) {
      byId.set(element.id, element);
      this.counted.set(element.id, countOf(element));
    }
    this.scene.show(inOrder(byId.values()));
  }

  /** Reads an element from the document: that is now what both sides agree on. */
  private learn(id: string): ElementFields | null {
    const map: ElementMap | undefined = this.elements.get(id);
    if (!(map instanceof Y.Map)) return null;
    const fields = { ...Object.fromEntries(map.entries()), id };
    this.known.set(id, fields);
    return fields;
  }
}

const countOf = (element: SceneElement): string => `${element.version}.${element.versionNonce}`;
