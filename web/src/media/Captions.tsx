/** Captions of a call: what is said as text, how large, and writing them for the others. */

import { ALargeSmall, SendHorizontal } from "lucide-react";
import type { SyntheticEvent } from "react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { refusalWords, useRoom } from "../class/room";
import { useI18n } from "../i18n/provider";
import { isStaff } from "../room/roles";
import { Window } from "../room/window";
import { Dialog } from "../ui/Dialog";
import { useToast } from "../ui/Toasts";
import { useStore } from "../ui/useStore";
import type { Call } from "./call";
import { CAPTION_SIZES, captionChoice, chooseCaptions } from "./captionChoice";
import { CaptionLines } from "./CaptionLines";
import { faded } from "./captions";
import { mayRecognize, newRecognizer, recognizesHere, SpeechCaptions } from "./recognition";

const LONGEST_LINE = 300;
const DRAFT_MS = 600;
const FADE_MS = 1_000;

export function Captions({ call }: { call: Call }) {
  const { session, me } = useRoom();
  const { t } = useI18n();
  const { on, size } = useStore(captionChoice);
  const { lines } = useStore(session.captions);
  const { may } = useStore(call.state);
  const [options, setOptions] = useState(false);
  const [writing, setWriting] = useState(false);
  const [speech, setSpeech] = useState(false);
  const allowed = isStaff(me.role) || may.includes("microphone");
  useFading();
  useOffered(on, lines.length > 0);
  useSpeech(call, speech && allowed, () => setSpeech(false));
  if (!on) return null;
  return (
    <section className="caption-area" aria-label={t("captions.title")}>
      <div className="caption-row">
        <CaptionLines lines={lines} size={size} label={t("captions.title")} live />
        {lines.length === 0 && <p className="caption-none">{t("captions.none")}</p>}
        <button
          type="button"
          className="icon-button caption-options"
          aria-label={t("captions.options")}
          title={t("captions.options")}
          onClick={() => setOptions(true)}
        >
          <ALargeSmall aria-hidden />
        </button>
      </div>
      {writing && allowed && <Writer />}
      {options && (
        <Options
          allowed={allowed}
          writing={writing}
          speech={speech}
          onWriting={setWriting}
          onSpeech={setSpeech}
          onClose={() => setOptions(false)}
        />
      )}
    </section>
  );
}

interface OptionsProps {
  allowed: boolean;
  writing: boolean;
  speech: boolean;
  onWriting(on: boolean): void;
  onSpeech(on: boolean): void;
  onClose(): void;
}

function Options({ allowed, writing, speech, onWriting, onSpeech, onClose }: OptionsProps) {
  const { t, lang } = useI18n();
  const { size } = useStore(captionChoice);
  const here = useHere(lang);
  return (
    <Dialog title={t("captions.title")} onClose={onClose}>
      <div className="stack">
        <fieldset className="field plain">
          <legend>{t("captions.size")}</legend>
          <div className="segments">
            {CAPTION_SIZES.map((one) => (
              <label key={one} className="segment">
                <input type="radio" name="caption-size" checked={size === one} onChange={() => chooseCaptions({ size: one })} />
                <span>{t(`captions.size.${one}`)}</span>
              </label>
            ))}
          </div>
        </fieldset>
        {allowed && (
          <label className="check">
            <input type="checkbox" checked={writing} onChange={(event) => onWriting(event.target.checked)} />
            <span>{t("captions.write")}</span>
          </label>
        )}
        {allowed && mayRecognize() && (
          <div>
            <label className="check">
              <input type="checkbox" checked={speech} aria-describedby="captions-privacy" onChange={(event) => onSpeech(event.target.checked)} />
              <span>{t("captions.speech")}</span>
            </label>
            <p className="quiet small" id="captions-privacy">
              {t(here ? "captions.speechHere" : "captions.speechElsewhere")}
            </p>
          </div>
        )}
      </div>
    </Dialog>
  );
}

function useHere(lang: string): boolean {
  const [here, setHere] = useState(false);
  useEffect(() => {
    void recognizesHere(lang).then(setHere);
  }, [lang]);
  return here;
}

/** A line grows before the others' eyes, and stands when it is sent. */
function Writer() {
  const { t } = useI18n();
  const { draft, send } = useSending();
  const [text, setText] = useState("");
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (text.trim() === "") return;
    send(text);
    setText("");
  };
  return (
    <form className="caption-writer" onSubmit={submit}>
      <input
        dir="auto"
        autoFocus
        autoComplete="off"
        maxLength={LONGEST_LINE}
        aria-label={t("captions.field")}
        placeholder={t("captions.field")}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          draft(event.target.value);
        }}
      />
      <button type="submit" className="icon-button primary" aria-label={t("captions.send")} disabled={text.trim() === ""}>
        <SendHorizontal aria-hidden className="flip" />
      </button>
    </form>
  );
}

/** What is begun is shown to the others now and then; what is sent is said when it was refused. */
function useSending(): { draft(text: string): void; send(text: string): void } {
  const { session } = useRoom();
  const i18n = useI18n();
  const toast = useToast();
  const { lang } = i18n;
  const begun = useRef("");
  const window = useMemo(
    () => new Window(DRAFT_MS, () => session.tell(["caption", begun.current.trim().slice(-LONGEST_LINE), false, lang])),
    [session, lang],
  );
  useEffect(() => () => window.cancel(), [window]);
  const draft = useCallback(
    (text: string) => {
      begun.current = text;
      window.ask();
    },
    [window],
  );
  const send = useCallback(
    (text: string) => {
      window.cancel();
      session
        .ask(["caption", text.trim().slice(-LONGEST_LINE), true, lang])
        .catch((error: unknown) => toast(refusalWords(i18n, error)));
    },
    [session, lang, i18n, toast, window],
  );
  return useMemo(() => ({ draft, send }), [draft, send]);
}

/** Only while the microphone of the call is on: the browser would hear more than the others do. */
function useSpeech(call: Call, wanted: boolean, ended: () => void): void {
  const { t, lang } = useI18n();
  const toast = useToast();
  const { draft, send } = useSending();
  const { on } = useStore(call.state);
  const running = wanted && on.microphone;
  const latest = useRef({ ended, toast, t });
  useEffect(() => {
    latest.current = { ended, toast, t };
  });
  useEffect(() => {
    if (!running) return;
    let captions: SpeechCaptions | null = null;
    let here = true;
    void recognizesHere(lang).then((local) => {
      const recognizer = here ? newRecognizer(local) : null;
      if (recognizer === null) return;
      captions = new SpeechCaptions(
        recognizer,
        lang,
        (text, final) => {
          if (!final) draft(text);
          else if (text !== "") send(text);
        },
        () => {
          latest.current.toast(latest.current.t("captions.speechFailed"));
          latest.current.ended();
        },
      );
    });
    return () => {
      here = false;
      captions?.stop();
    };
  }, [running, lang, draft, send]);
}

function useFading(): void {
  const { session } = useRoom();
  useEffect(() => {
    const timer = setInterval(() => session.captions.update((captions) => faded(captions, Date.now() / 1000)), FADE_MS);
    return () => clearInterval(timer);
  }, [session]);
}

/** Who does not see them is told once that there are some. */
function useOffered(on: boolean, any: boolean): void {
  const { t } = useI18n();
  const toast = useToast();
  const told = useRef(false);
  useEffect(() => {
    if (on) told.current = true;
    if (!any || told.current) return;
    told.current = true;
    toast(t("captions.offered"));
  }, [on, any, t, toast]);
}
