/** What staff decide about video and audio: who comes in, what students may send, whom everybody sees. */

import { CircleDot, Film } from "lucide-react";
import { useEffect, useRef } from "react";
import { useAsk, useRoom } from "../class/room";
import { useI18n } from "../i18n/provider";
import { follow, recordingPath } from "../pages/routes";
import type { Member } from "../protocol/frames";
import { useAnnounce } from "../ui/Announcer";

const SENT = ["microphone", "camera", "screen"] as const;

export function WaitingPeople() {
  const { classroom } = useRoom();
  const { t } = useI18n();
  const ask = useAsk();
  useKnocks(classroom.waiting);
  if (classroom.waiting.length === 0) return null;
  return (
    <section className="hands" aria-label={t("media.waiting")}>
      <div className="panel-heading-row">
        <h3 className="panel-heading">{t("media.waiting")}</h3>
        {classroom.waiting.length > 1 && (
          <button type="button" className="text-button" onClick={() => ask(["admit", "", true], "admit-all")}>
            {t("media.admitAll")}
          </button>
        )}
      </div>
      <ul className="hand-list">
        {classroom.waiting.map(({ user, name }) => (
          <li key={user} className="hand-row">
            <bdi className="person-name grow">{name}</bdi>
            <button
              type="button"
              className="button small-button"
              aria-label={t("media.admitOne", { name })}
              onClick={() => ask(["admit", user, true], `admit.${user}`)}
            >
              {t("media.admit")}
            </button>
            <button
              type="button"
              className="button small-button danger-quiet"
              aria-label={t("media.sendAway", { name })}
              onClick={() => ask(["admit", user, false], `admit.${user}`)}
            >
              {t("media.sendAwayShort")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function StageControls() {
  const { classroom, session } = useRoom();
  const { t } = useI18n();
  const ask = useAsk();
  const { stage, members } = classroom;
  const allow = (source: string, on: boolean): void => {
    const sources = SENT.filter((one) => (one === source ? on : stage.sources.includes(one)));
    void ask(["may-publish", "", [...sources]], "may-publish");
  };
  const offStage = members.filter(({ user }) => stage.people[user]?.length === 0);
  return (
    <details className="stage-controls">
      <summary>{t("media.stageTitle")}</summary>
      <div className="stack">
        <label className="check">
          <input
            type="checkbox"
            checked={stage.waitingRoom}
            onChange={(event) => ask(["waiting-room", event.target.checked], "waiting-room")}
          />
          <span>{t("media.waitingRoom")}</span>
        </label>
        <fieldset>
          <legend className="panel-heading">{t("media.maySend")}</legend>
          {SENT.map((source) => (
            <label key={source} className="check">
              <input
                type="checkbox"
                checked={stage.sources.includes(source)}
                onChange={(event) => allow(source, event.target.checked)}
              />
              <span>{t(source === "screen" ? "media.screenSource" : `media.${source}`)}</span>
            </label>
          ))}
        </fieldset>
        {offStage.length > 0 && <OffStage members={offStage} />}
        <button
          type="button"
          className="button wide"
          aria-pressed={stage.recording > 0}
          onClick={() => ask(["record", stage.recording === 0], "record")}
        >
          <CircleDot aria-hidden />
          {t("media.record")}
        </button>
        <button
          type="button"
          className="button wide"
          onClick={() => void session.signals.ask("mute-all", { source: "microphone" }).catch(() => undefined)}
        >
          {t("media.muteAll")}
        </button>
      </div>
    </details>
  );
}

/** Where the class can be watched again. */
export function RecordingsLink() {
  const { session } = useRoom();
  const { t } = useI18n();
  const path = recordingPath(session.room);
  return (
    <a className="button wide recordings-link" href={path} onClick={(event) => follow(event, path)}>
      <Film aria-hidden /> {t("media.recordings")}
    </a>
  );
}

/** Everybody is told that what they say and do is kept. */
export function RecordingBanner() {
  const { classroom } = useRoom();
  const { t } = useI18n();
  if (classroom.stage.recording === 0) return null;
  return (
    <div className="banner lost" role="status">
      <CircleDot aria-hidden />
      <p className="grow">{t("media.recording")}</p>
    </div>
  );
}

function OffStage({ members }: { members: Member[] }) {
  const { t } = useI18n();
  const ask = useAsk();
  return (
    <section aria-label={t("media.offStage")}>
      <h3 className="panel-heading">{t("media.offStage")}</h3>
      <ul className="hand-list">
        {members.map(({ user, name }) => (
          <li key={user} className="hand-row">
            <bdi className="person-name grow">{name}</bdi>
            <button type="button" className="button small-button" onClick={() => ask(["may-publish", user, null], `stage.${user}`)}>
              {t("media.allowThem")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Who knocks is read out. */
function useKnocks(waiting: Member[]): void {
  const { t } = useI18n();
  const announce = useAnnounce();
  const known = useRef(new Set<string>());
  useEffect(() => {
    for (const { user, name } of waiting) if (!known.current.has(user)) announce(t("media.knocked", { name }));
    known.current = new Set(waiting.map(({ user }) => user));
  }, [announce, t, waiting]);
}
