/** The class chat: newest at the bottom, older pages on request, deletion by staff and by authors. */

import { ArrowDown, SendHorizontal, Trash2 } from "lucide-react";
import type { KeyboardEvent, RefObject } from "react";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useI18n } from "../i18n/provider";
import type { ChatMessage } from "../protocol/frames";
import { isStaff, takesPart } from "../room/roles";
import { Avatar } from "../ui/Avatar";
import { refusalWords, useAsk, useRoom } from "./room";

const LONGEST_MESSAGE = 4_000;
const AT_BOTTOM_PX = 48;
const SAME_BREATH_S = 120;

export function Chat() {
  const { classroom, me } = useRoom();
  const { t } = useI18n();
  const ask = useAsk();
  const list = useRef<HTMLDivElement>(null);
  const { away, toBottom } = useStickToBottom(list, classroom.chat);
  const first = classroom.chat[0];
  return (
    <div className="chat">
      <div className="chat-list" ref={list} tabIndex={0} role="region" aria-label={t("chat.messages")}>
        {classroom.olderChat && first && (
          <button type="button" className="button small-button" onClick={() => ask(["older-chat", first.id])}>
            {t("chat.older")}
          </button>
        )}
        {first === undefined && <p className="empty">{t("chat.empty")}</p>}
        <ol className="messages">
          {classroom.chat.map((message, at) => (
            <Message key={message.id} message={message} follows={sameBreath(classroom.chat[at - 1], message)} />
          ))}
        </ol>
      </div>
      {away && (
        <button type="button" className="button chat-newest" onClick={toBottom}>
          <ArrowDown aria-hidden /> {t("chat.newest")}
        </button>
      )}
      {takesPart(me.role) && <Composer />}
    </div>
  );
}

function Message({ message, follows }: { message: ChatMessage; follows: boolean }) {
  const { me } = useRoom();
  const { t, time } = useI18n();
  const ask = useAsk();
  const mine = message.user === me.user;
  const deletable = !message.deleted && (mine || isStaff(me.role));
  return (
    <li className={`message${mine ? " mine" : ""}${follows ? " follows" : ""}`}>
      {!follows && (
        <div className="message-head">
          <Avatar user={message.user} name={message.name} />
          <bdi className="person-name">{message.name}</bdi>
          {isStaff(message.role) && <span className="badge">{t(`role.${message.role}`)}</span>}
          <time className="quiet small" dateTime={new Date(message.at * 1000).toISOString()}>
            {time(message.at)}
          </time>
        </div>
      )}
      <div className="message-line">
        {message.deleted ? (
          <p className="message-text gone">{t("chat.deleted")}</p>
        ) : (
          <p className="message-text" dir="auto">
            {message.text}
          </p>
        )}
        {deletable && (
          <button
            type="button"
            className="icon-button message-delete"
            aria-label={t("chat.delete", { name: message.name })}
            onClick={() => ask(["unsay", message.id], `unsay.${message.id}`)}
          >
            <Trash2 aria-hidden />
          </button>
        )}
      </div>
    </li>
  );
}

/** What was written stays in the field until the server has it. */
function Composer() {
  const { session } = useRoom();
  const i18n = useI18n();
  const { t } = i18n;
  const [text, setText] = useState("");
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState("");
  const problemId = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const send = (): void => {
    const words = text.trim();
    if (words === "" || sending) return;
    setSending(true);
    setProblem("");
    session
      .ask(["say", words])
      .then(
        () => setText(""),
        (error: unknown) => setProblem(t("chat.notSent", { reason: refusalWords(i18n, error) })),
      )
      .finally(() => {
        setSending(false);
        field.current?.focus();
      });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {problem !== "" && (
        <p className="field-error" role="alert" id={problemId}>
          {problem}
        </p>
      )}
      <div className="composer-row">
        <textarea
          ref={field}
          id="chat-text"
          dir="auto"
          rows={Math.min(5, Math.max(1, text.split("\n").length))}
          maxLength={LONGEST_MESSAGE}
          aria-label={t("chat.write")}
          aria-describedby={problem !== "" ? problemId : undefined}
          placeholder={t("chat.write")}
          value={text}
          readOnly={sending}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <button
          type="submit"
          className="icon-button primary"
          aria-label={t("chat.send")}
          disabled={text.trim() === "" || sending}
        >
          <SendHorizontal aria-hidden className="flip" />
        </button>
      </div>
    </form>
  );
}

/** Follows the newest message while the person is at the bottom; else offers to go there. */
function useStickToBottom(list: RefObject<HTMLDivElement | null>, chat: ChatMessage[]) {
  const [away, setAway] = useState(false);
  const atBottom = useRef(true);
  const newest = chat.at(-1)?.id;
  const toBottom = (): void => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  };
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const onScroll = (): void => {
      atBottom.current = element.scrollHeight - element.scrollTop - element.clientHeight < AT_BOTTOM_PX;
      if (atBottom.current) setAway(false);
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, [list]);
  useLayoutEffect(() => {
    if (newest === undefined) return;
    if (atBottom.current) list.current?.scrollTo({ top: list.current.scrollHeight });
    else setAway(true);
  }, [list, newest]);
  return { away, toBottom };
}

function sameBreath(before: ChatMessage | undefined, message: ChatMessage): boolean {
  return before !== undefined && before.user === message.user && message.at - before.at < SAME_BREATH_S;
}
