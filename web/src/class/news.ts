/** What happened since one looked: read out for those who listen, counted for those who look elsewhere. */

import { useEffect, useRef, useState } from "react";
import { useI18n } from "../i18n/provider";
import { useAnnounce } from "../ui/Announcer";
import { useRoom } from "./room";

/** Returns how many chat messages came while the chat was not in view. */
export function useNews(chatShown: boolean): number {
  const { classroom, me } = useRoom();
  const { t } = useI18n();
  const announce = useAnnounce();
  const newest = classroom.chat.at(-1)?.id ?? 0;
  const [read, setRead] = useState(newest);
  useEffect(() => {
    if (chatShown) setRead(newest);
  }, [chatShown, newest]);

  const said = useRef(newest);
  useEffect(() => {
    const fresh = classroom.chat.filter((message) => message.id > said.current && message.user !== me.user);
    said.current = Math.max(said.current, newest);
    for (const { name, text } of fresh.slice(-3)) announce(t("chat.said", { name, text }));
  }, [announce, classroom.chat, me.user, newest, t]);

  const hands = useRef(new Set(classroom.hands.map(({ user }) => user)));
  useEffect(() => {
    for (const { user, name } of classroom.hands) {
      if (!hands.current.has(user) && user !== me.user) announce(t("people.handUp", { name }));
    }
    const mine = classroom.hands.findIndex(({ user }) => user === me.user);
    if (mine >= 0 && !hands.current.has(me.user)) announce(t("people.yourTurn", { count: mine + 1 }));
    hands.current = new Set(classroom.hands.map(({ user }) => user));
  }, [announce, classroom.hands, me.user, t]);

  const polls = useRef(new Set(classroom.polls.map(({ id }) => id)));
  useEffect(() => {
    for (const { id, question, open } of classroom.polls) {
      if (!polls.current.has(id) && open) announce(t("poll.announced", { question }));
      polls.current.add(id);
    }
  }, [announce, classroom.polls, t]);

  if (chatShown) return 0;
  return classroom.chat.filter((message) => message.id > read && message.user !== me.user && !message.deleted).length;
}
