/** The voices of a call: one element each, not on the page, so that nothing shown or hidden silences anybody. */

import { Store } from "../room/store";

export class Voices {
  /** The browser wants a click before it plays sound. */
  readonly blocked = new Store(false);
  private readonly elements = new Map<string, HTMLAudioElement>();

  /** Plays exactly these, by the node's ids. */
  play(tracks: [string, MediaStreamTrack][]): void {
    const wanted = new Map(tracks);
    for (const [id, element] of this.elements) {
      if (wanted.get(id) !== trackOf(element)) this.drop(id, element);
    }
    for (const [id, track] of wanted) {
      if (!this.elements.has(id)) this.add(id, track);
    }
  }

  /** After a click: all of them again. */
  unblock(): void {
    this.blocked.set(false);
    for (const element of this.elements.values()) this.start(element);
  }

  stop(): void {
    for (const [id, element] of [...this.elements]) this.drop(id, element);
    this.blocked.set(false);
  }

  private add(id: string, track: MediaStreamTrack): void {
    const element = new Audio();
    element.srcObject = new MediaStream([track]);
    this.elements.set(id, element);
    this.start(element);
  }

  private start(element: HTMLAudioElement): void {
    element.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") this.blocked.set(true);
    });
  }

  private drop(id: string, element: HTMLAudioElement): void {
    element.pause();
    element.srcObject = null;
    this.elements.delete(id);
  }
}

const trackOf = (element: HTMLAudioElement): MediaStreamTrack | undefined =>
  (element.srcObject as MediaStream | null)?.getTracks()[0];
