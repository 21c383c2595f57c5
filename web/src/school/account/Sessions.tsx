/** Where somebody is signed in, and out of there. */

import { LogOut, Monitor, Smartphone, Terminal } from "lucide-react";
import { useId, useRef } from "react";
import { useAnnounce } from "../../ui/Announcer";
import { send } from "../api";
import { FormProblem, Ready } from "../parts";
import type { SchoolTexts } from "../texts";
import { useTexts } from "../texts";
import type { Loaded } from "../useLoaded";
import { useSend } from "../useSend";
import { leave } from "./leave";
import { Part } from "./Part";
import { deviceOf, inOrder, isHandheld } from "./sessions";
import type { OpenSession } from "./shapes";

interface Props {
  of: Loaded<OpenSession[]>;
  again(): void;
}

export function Sessions({ of, again }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const announce = useAnnounce();
  const heading = useRef<HTMLHeadingElement>(null);
  const { busy, problem, run } = useSend();
  const end = (path: string, words: string): void =>
    run(async () => {
      await send("DELETE", path);
      announce(words);
      again();
      heading.current?.focus(); // the button that was pressed goes away
    });
  const endOne = (one: OpenSession): void =>
    one.current ? leave() : end(`/me/sessions/${one.id}`, t("account.signedOutOf", { device: deviceWords(texts, one) }));
  return (
    <Part title={t("account.sessions")} heading={heading}>
      <p className="quiet">{t("account.sessionsLead")}</p>
      <FormProblem text={problem} />
      <Ready of={of} again={again}>
        {(all) => (
          <>
            <ul className="stack tight">
              {inOrder(all).map((one) => (
                <Line key={one.id} one={one} busy={busy} onEnd={() => endOne(one)} />
              ))}
            </ul>
            {all.length > 1 && (
              <div className="row end">
                <button
                  type="button"
                  className="button"
                  disabled={busy}
                  onClick={() => end("/me/sessions", t("account.signedOutOthers"))}
                >
                  <LogOut aria-hidden className="flip" /> <span>{t("account.signOutOthers")}</span>
                </button>
              </div>
            )}
          </>
        )}
      </Ready>
    </Part>
  );
}

function Line({ one, busy, onEnd }: { one: OpenSession; busy: boolean; onEnd(): void }) {
  const texts = useTexts();
  const { t, moment } = texts;
  const device = deviceWords(texts, one);
  const times = useId();
  const Sign = one.kind === "bearer" ? Terminal : isHandheld(deviceOf(one.agent)) ? Smartphone : Monitor;
  return (
    <li className="person-line session-line">
      <Sign aria-hidden />
      <span className="grow">
        <span className="row">
          <bdi className="person-name">{device}</bdi>
          {one.current && <span className="badge">{t("account.here")}</span>}
        </span>
        <span id={times} className="quiet small">
          <span className="block">{t("account.since", { time: moment(one.created_at) })}</span>
          {!one.current && <span className="block">{t("account.lastUsed", { time: moment(one.refreshed_at) })}</span>}
        </span>
      </span>
      <button
        type="button"
        className="button small-button"
        aria-label={t("account.signOutOf", { device })}
        aria-describedby={times}
        disabled={busy}
        onClick={onEnd}
      >
        {t("school.signOut")}
      </button>
    </li>
  );
}

function deviceWords({ t }: SchoolTexts, { agent, kind }: OpenSession): string {
  const { browser, system } = deviceOf(agent);
  if (browser !== null && system !== null) return t("account.onSystem", { browser, system });
  return browser ?? system ?? t(kind === "bearer" ? "account.program" : "account.unknownDevice");
}
