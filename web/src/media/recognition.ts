/**
 * One's own speech as captions, where the browser can do it (Web Speech API). Nothing of ours hears the sound; the
 * browser may, or may send it to its maker, so it is off until somebody turns it on.
 */

export interface Recognizer {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  /** On this device alone; not in every browser. */
  processLocally?: boolean;
  onresult: ((event: { resultIndex: number; results: ArrayLike<Heard> }) => void) | null;
  onend: (() => void) | null;
  onerror: ((event: { error: string }) => void) | null;
  start(): void;
  abort(): void;
}

type Heard = ArrayLike<{ transcript: string }> & { isFinal: boolean };

interface Maker {
  new (): Recognizer;
  available?(options: { langs: string[]; processLocally: boolean }): Promise<string>;
}

const found = (): Maker | null => {
  const names = globalThis as { SpeechRecognition?: Maker; webkitSpeechRecognition?: Maker };
  return names.SpeechRecognition ?? names.webkitSpeechRecognition ?? null;
};

export const mayRecognize = (): boolean => found() !== null;

/** Whether this browser does it on the device, for a language. */
export async function recognizesHere(lang: string): Promise<boolean> {
  const answer = await found()?.available?.({ langs: [lang], processLocally: true }).catch(() => "unavailable");
  return answer === "available";
}

export function newRecognizer(here: boolean): Recognizer | null {
  const Made = found();
  if (Made === null) return null;
  const made = new Made();
  if (here) made.processLocally = true;
  return made;
}

/** Errors after which trying again would not help; silence is none. */
const FINAL: readonly string[] = ["not-allowed", "service-not-allowed", "language-not-supported", "audio-capture", "network"];

/** Listens until it is stopped: browsers end by themselves after a while, and are started again. */
export class SpeechCaptions {
  private wanted = true;

  constructor(
    private readonly recognizer: Recognizer,
    lang: string,
    hear: (text: string, final: boolean) => void,
    failed: () => void,
  ) {
    recognizer.lang = lang;
    recognizer.continuous = true;
    recognizer.interimResults = true;
    recognizer.onresult = ({ resultIndex, results }) => {
      for (const heard of Array.from(results).slice(resultIndex)) hear((heard[0]?.transcript ?? "").trim(), heard.isFinal);
    };
    recognizer.onerror = ({ error }) => {
      if (!this.wanted || !FINAL.includes(error)) return;
      this.wanted = false;
      failed();
    };
    recognizer.onend = () => {
      if (this.wanted) recognizer.start();
    };
    recognizer.start();
  }

  stop(): void {
    this.wanted = false;
    this.recognizer.abort();
  }
}
