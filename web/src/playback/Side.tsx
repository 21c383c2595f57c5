/** Beside the documents: who was seen and heard, and chapters, chat, hands and polls as they were. */

import { Download, Hand, ListVideo, MessageSquare, MicOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { ChatMessage } from "../protocol/frames";
import { headCount } from "../room/classroom";
import { isStaff } from "../room/roles";
import { Avatar } from "../ui/Avatar";
import { useStore } from "../ui/useStore";
import { chapterName } from "./chapterName";
import { Picture } from "./Picture";
import type { Player } from "./player";
import type { Seat } from "./seats";
import { useTexts } from "./texts";
import { toWebVtt } from "./webvtt";

const PANELS = { chapters: ListVideo, chat: MessageSquare, class: Hand } as const;
type Panel = keyof typeof PANELS;
const ORDER: readonly Panel[] = ["chapters", "chat", "class"];
const BODIES = { chapters: Chapters, chat: Chat, class: Class } as const;

export function Side({ player }: { player: Player }) {
  const { t, dir } = useTexts();
  const [panel, setPanel] = useState<Panel>("chapters");
  const tabs = useRef<HTMLDivElement>(null);
  const Body = BODIES[panel];
  const move = (step: number): void => {
    const next = ORDER[(ORDER.indexOf(panel) + step + ORDER.length) % ORDER.length] ?? panel;
    setPanel(next);
    tabs.current?.querySelector<HTMLElement>(`#play-${next}`)?.focus();
  };
  return (
    <aside className="playback-side" aria-label={t("playback.panel")}>
      <Seats player={player} />
      <div className="playback-panel">
        <div
          className="panel-tabs"
          role="tablist"
          aria-label={t("playback.panel")}
          ref={tabs}
          onKeyDown={(event) => {
            const forward = dir === "rtl" ? "ArrowLeft" : "ArrowRight";
            if (event.key === forward) move(1);
            else if (event.key === "ArrowLeft" || event.key === "ArrowRight") move(-1);
          }}
        >
          {ORDER.map((one) => {
            const Icon = PANELS[one];
            return (
              <button
                key={one}
                type="button"
                role="tab"
                id={`play-${one}`}
                className="panel-tab"
                aria-selected={one === panel}
                aria-controls="play-panel"
                tabIndex={one === panel ? 0 : -1}
                onClick={() => {
                  setPanel(one);
                  tabs.current?.parentElement?.scrollIntoView({ block: "nearest" });
                }}
              >
                <Icon aria-hidden />
                <span>{t(`playback.${one}`)}</span>
              </button>
            );
          })}
        </div>
        <div id="play-panel" className="panel-body playback-body" role="tabpanel" aria-labelledby={`play-${panel}`} tabIndex={0}>
          <Body player={player} />
        </div>
      </div>
    </aside>
  );
}

function Seats({ player }: { player: Player }) {
  const { t } = useTexts();
  const { seats } = useStore(player.seats);
  const people = seats.filter(({ screen }) => !screen);
  if (people.length === 0) return null;
  return (
    <section className="seats" aria-label={t("playback.seats")}>
      <ul className={`tiles${people.length > 1 ? " several" : ""}`} tabIndex={0}>
        {people.map((seat) => (
          <SeatTile key={seat.key} player={player} seat={seat} />
        ))}
      </ul>
    </section>
  );
}

function SeatTile({ player, seat }: { player: Player; seat: Seat }) {
  const { t } = useTexts();
  return (
    <li className={`tile${seat.talking ? " talking" : ""}`} data-user={seat.user}>
      {seat.picture === null ? (
        <div className="tile-dark">
          <Avatar user={seat.user} name={seat.name} />
        </div>
      ) : (
        <Picture player={player} file={seat.picture} label={`\u2068${seat.name}\u2069`} />
      )}
      <div className="tile-foot">
        {seat.muted && <MicOff role="img" aria-label={t("playback.muted")} />}
        <bdi className="tile-name">{seat.name}</bdi>
        {seat.talking && <span className="unseen">{t("playback.talks")}</span>}
      </div>
    </li>
  );
}

function Chapters({ player }: { player: Player }) {
  const texts = useTexts();
  const { t, clock } = texts;
  const at = useStore(player.position);
  const current = player.chapters.findLast((one) => one.at <= at);
  return (
    <>
      <ol className="chapters">
        {player.chapters.map((chapter) => (
          <li key={chapter.at}>
            <button
              type="button"
              className="chapter"
              aria-current={chapter === current ? "true" : undefined}
              onClick={() => player.seek(chapter.at)}
            >
              <bdi className="chapter-time" dir="ltr">
                {clock(chapter.at)}
              </bdi>
              <span dir="auto">{chapterName(texts, chapter)}</span>
            </button>
          </li>
        ))}
      </ol>
      {player.cues.length > 0 && (
        <button type="button" className="button wide captions-file" onClick={() => download(toWebVtt(player.cues))}>
          <Download aria-hidden /> {t("playback.captionsFile")}
        </button>
      )}
    </>
  );
}

function Chat({ player }: { player: Player }) {
  const { t } = useTexts();
  const { chat } = useStore(player.replay.classroom);
  const end = useRef<HTMLLIElement>(null);
  const newest = chat.at(-1)?.id;
  useEffect(() => {
    const box = end.current?.closest(".playback-body");
    box?.scrollTo({ top: box.scrollHeight });
  }, [newest]);
  if (chat.length === 0) return <p className="empty">{t("playback.noChat")}</p>;
  return (
    <ol className="messages">
      {chat.map((message) => (
        <Message key={message.id} player={player} message={message} />
      ))}
      <li ref={end} aria-hidden="true" />
    </ol>
  );
}

/** Its time leads to where it was written; what is older than the recording has none. */
function Message({ player, message }: { player: Player; message: ChatMessage }) {
  const { t, clock } = useTexts();
  const at = message.at - player.tape.started;
  return (
    <li className="message">
      <div className="message-head">
        <Avatar user={message.user} name={message.name} />
        <bdi className="person-name">{message.name}</bdi>
        {isStaff(message.role) && <span className="badge">{t(`role.${message.role}`)}</span>}
        {at > 0 && (
          <button type="button" className="text-button small" aria-label={t("playback.goTo", { at: clock(at) })} onClick={() => player.seek(at)}>
            <bdi dir="ltr">{clock(at)}</bdi>
          </button>
        )}
      </div>
      <p className={`message-text${message.deleted ? " gone" : ""}`} dir="auto">
        {message.deleted ? t("chat.deleted") : message.text}
      </p>
    </li>
  );
}

function Class({ player }: { player: Player }) {
  const { t, number } = useTexts();
  const classroom = useStore(player.replay.classroom);
  return (
    <div className="stack">
      <p className="quiet">{t("playback.people", { count: headCount(classroom) })}</p>
      <section>
        <h2 className="panel-heading">{t("playback.hands")}</h2>
        {classroom.hands.length === 0 ? (
          <p className="quiet">{t("playback.noHands")}</p>
        ) : (
          <ol className="hand-list">
            {classroom.hands.map(({ user, name }, place) => (
              <li key={user} className="hand-row">
                <span className="hand-place" aria-hidden="true">
                  {number(place + 1)}
                </span>
                <bdi className="person-name">{name}</bdi>
              </li>
            ))}
          </ol>
        )}
      </section>
      <section>
        <h2 className="panel-heading">{t("playback.polls")}</h2>
        {classroom.polls.length === 0 && <p className="quiet">{t("playback.noPolls")}</p>}
        {classroom.polls.map((poll) => (
          <div key={poll.id} className="recorded-poll">
            <h3 dir="auto">{poll.question}</h3>
            <ul>
              {poll.choices.map((choice, at) => (
                <li key={at} className="row">
                  <span className="grow" dir="auto">
                    {choice}
                  </span>
                  {poll.tally.length > 0 && <span>{t("playback.votes", { count: poll.tally[at] ?? 0 })}</span>}
                </li>
              ))}
            </ul>
            {poll.tally.length === 0 && <p className="quiet small">{t("playback.hidden")}</p>}
          </div>
        ))}
      </section>
    </div>
  );
}

function download(text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/vtt" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = "captions.vtt";
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
