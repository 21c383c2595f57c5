/** A way to add files: chosen or dropped, each with how far it is, or why it was not taken. */

import { Upload, X } from "lucide-react";
import type { ChangeEvent, DragEvent } from "react";
import { useRef, useState } from "react";
import { useAnnounce } from "../ui/Announcer";
import { sizeOf } from "./course/order";
import type { SchoolTexts } from "./texts";
import { useTexts } from "./texts";
import { ACCEPTED, fileProblem, mostBytes, uploadFile } from "./upload";
import { useLoaded } from "./useLoaded";

interface Sending {
  key: number;
  name: string;
  share: number;
  /** Why it was not taken. */
  problem: string;
  stop: AbortController;
}

/** "12 kilobytes", in this language. */
export function sizeWords({ lang }: Pick<SchoolTexts, "lang">, bytes: number): string {
  const [size, unit] = sizeOf(bytes);
  return new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "long" }).format(size);
}

interface Props {
  label: string;
  /** Where to send one of that name. */
  path(name: string): string;
  /** Before the first one is sent. */
  before?(): Promise<void>;
  onSent(): void;
}

export function Uploads({ label, path, before, onSent }: Props) {
  const texts = useTexts();
  const { t, percent } = texts;
  const announce = useAnnounce();
  const next = useRef(0);
  const [sending, setSending] = useState<Sending[]>([]);
  const { loaded } = useLoaded("most bytes", mostBytes);
  const most = loaded.kind === "ready" ? loaded.value : Number.POSITIVE_INFINITY;
  const change = (key: number, values: Partial<Sending>): void =>
    setSending((now) => now.map((one) => (one.key === key ? { ...one, ...values } : one)));
  const drop = (key: number): void => setSending((now) => now.filter((one) => one.key !== key));

  const words = (file: File): string => {
    const wrong = fileProblem(file, most);
    return wrong === null ? "" : t(`files.wrong.${wrong}`, { size: sizeWords(texts, file.size), most: sizeWords(texts, most) });
  };
  const take = async (files: File[]): Promise<void> => {
    const taken = files.map((file) => ({ file, line: { key: next.current++, name: file.name, share: 0, problem: words(file), stop: new AbortController() } }));
    setSending((now) => [...now, ...taken.map(({ line }) => line)]);
    for (const { file, line } of taken.filter(({ line: { problem } }) => problem === "")) {
      try {
        await before?.();
        const query = new URLSearchParams({ name: file.name });
        await uploadFile(`${path(file.name)}?${query}`, file, (share) => change(line.key, { share }), line.stop.signal);
        drop(line.key);
        announce(t("files.sent", { name: file.name }));
        onSent();
      } catch (error) {
        if (line.stop.signal.aborted) drop(line.key);
        else change(line.key, { problem: texts.problem(error) });
      }
    }
  };
  const choose = (event: ChangeEvent<HTMLInputElement>): void => {
    void take([...(event.target.files ?? [])]);
    event.target.value = "";
  };
  const dropped = (event: DragEvent): void => {
    event.preventDefault();
    void take([...event.dataTransfer.files]);
  };
  return (
    <div className="uploads stack tight" onDragOver={(event) => event.preventDefault()} onDrop={dropped}>
      <label className="button file-button">
        <Upload aria-hidden /> <span>{label}</span>
        <input type="file" className="unseen" multiple accept={ACCEPTED} onChange={choose} />
      </label>
      {most !== Number.POSITIVE_INFINITY && <p className="quiet small">{t("files.hint", { most: sizeWords(texts, most) })}</p>}
      <ul className="stack tight">
        {sending.map(({ key, name, share, problem, stop }) => (
          <li key={key} className="order-line">
            <span className="grow">
              <bdi>{name}</bdi>
              {problem === "" ? (
                <span className="working">
                  <progress max={1} value={share} aria-label={t("files.sending", { name })} />
                  <span aria-hidden>{percent(share)}</span>
                </span>
              ) : (
                <span className="field-error block" role="alert">
                  {problem}
                </span>
              )}
            </span>
            <button
              type="button"
              className="icon-button"
              aria-label={t(problem === "" ? "files.stop" : "files.dismiss", { name })}
              onClick={() => (problem === "" ? stop.abort() : drop(key))}
            >
              <X aria-hidden />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
