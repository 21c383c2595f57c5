/** Everything the school keeps of somebody, as a file. */

import { Download } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useAnnounce } from "../../ui/Announcer";
import { FormProblem } from "../parts";
import { useTexts } from "../texts";
import { sizeWords } from "../Uploads";
import { download, fileName } from "./download";
import { Part } from "./Part";
import type { Account, Named } from "./shapes";

export function OwnData({ me }: { me: Account }) {
  const { t } = useTexts();
  return (
    <Part title={t("account.data")}>
      <p>{t("account.exportLead")}</p>
      <ExportFile person={me} label={t("account.export")} />
    </Part>
  );
}

interface Made {
  address: string;
  name: string;
  size: string;
}

/** The file of a person: made while one waits, then there to be kept. */
export function ExportFile({ person, label }: { person: Named; label: string }) {
  const texts = useTexts();
  const { t, problem } = texts;
  const announce = useAnnounce();
  const stop = useRef<AbortController>(null);
  const maker = useRef<HTMLButtonElement>(null);
  const [busy, setBusy] = useState(false);
  const [size, setSize] = useState("");
  const [made, setMade] = useState<Made | null>(null);
  const [wrong, setWrong] = useState("");
  useEffect(() => () => stop.current?.abort(), []);
  useEffect(() => () => void (made && URL.revokeObjectURL(made.address)), [made]);
  const make = async (): Promise<void> => {
    const { signal } = (stop.current = new AbortController());
    setBusy(true);
    setMade(null);
    setSize("");
    setWrong("");
    try {
      const onBytes = (bytes: number): void => setSize(sizeWords(texts, bytes));
      const file = await download(`/people/${person.id}/export`, onBytes, signal);
      if (signal.aborted) return;
      const name = fileName(person.name, new Date());
      setMade({ address: URL.createObjectURL(file), name, size: sizeWords(texts, file.size) });
      announce(t("account.exported"));
    } catch (error) {
      if (!signal.aborted) setWrong(problem(error));
    } finally {
      setBusy(false);
    }
  };
  const giveUp = (): void => {
    stop.current?.abort();
    maker.current?.focus();
  };
  return (
    <div className="stack tight">
      <FormProblem text={wrong} />
      {busy && (
        <div className="working">
          <p role="status">{t("account.exporting")}</p>
          <progress aria-label={t("account.exporting")} />
          <span>{size}</span>
        </div>
      )}
      <div className="row">
        <button ref={maker} type="button" className="button" aria-disabled={busy} onClick={() => void (busy || make())}>
          {label}
        </button>
        {busy && (
          <button type="button" className="button" onClick={giveUp}>
            {t("account.stop")}
          </button>
        )}
        {made !== null && <Keep key={made.address} made={made} />}
      </div>
    </div>
  );
}

/** It gets the focus when it comes: it is what was waited for. */
function Keep({ made: { address, name, size } }: { made: Made }) {
  const { t } = useTexts();
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => link.current?.focus(), []);
  return (
    <a ref={link} className="button primary" href={address} download={name}>
      <Download aria-hidden /> <span>{t("account.keepFile", { size })}</span>
    </a>
  );
}
