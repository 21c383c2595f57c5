/**
 * The classroom: documents in the middle, the class beside them. On a narrow screen one of the two is in view and a bar
 * at the bottom chooses.
 */

import {
  BarChart3,
  Binoculars,
  Hand,
  LogOut,
  MessageSquare,
  PanelRightClose,
  PanelRightOpen,
  Presentation,
  Settings,
  Users,
} from "lucide-react";
import type { ReactNode } from "react";
import { useCallback, useEffect, useRef, useState } from "react";
import { useI18n } from "../i18n/provider";
import { CallButton, CallCaptions, CallControls, CallStage, useDoor } from "../media/door";
import { RecordingBanner } from "../media/StageControls";
import { documentInAddress, keepDocumentInAddress } from "../pages/routes";
import { headCount } from "../room/classroom";
import { takesPart } from "../room/roles";
import { dropTicket } from "../room/tickets";
import { Logo } from "../ui/Logo";
import { Chat } from "./Chat";
import { ConnectionBanner } from "./ConnectionBanner";
import { DocumentTabs } from "./DocumentTabs";
import { DocumentView, LockButton } from "./DocumentView";
import { DEFAULT_DOCUMENT, isDocumentName, shownDocuments } from "./kinds";
import type { Leading } from "./leading";
import { useLeading } from "./leading";
import { useNews } from "./news";
import { People } from "./People";
import { Polls } from "./Polls";
import { ReactButton, ReactionStream } from "./Reactions";
import { useAsk, useRoom } from "./room";
import { SavingChip } from "./SavingChip";
import { SettingsDialog } from "./SettingsDialog";
import type { Shortcut } from "./shortcuts";
import { useShortcuts } from "./shortcuts";

export type Panel = "people" | "chat" | "polls";
type View = "work" | Panel;

const PANELS = { people: People, chat: Chat, polls: Polls } as const;
const PANEL_ICONS = { people: Users, chat: MessageSquare, polls: BarChart3 } as const;
const PANEL_ORDER: readonly Panel[] = ["people", "chat", "polls"];

export function Classroom({ title }: { title: string }) {
  const { session, classroom, me } = useRoom();
  const { t } = useI18n();
  const ask = useAsk();
  const [chosenDoc, setChosenDoc] = useState(firstDocument);
  const [view, setView] = useState<View>("work");
  const [panel, setPanel] = useState<Panel>("people");
  const [panelOpen, setPanelOpen] = useState(true);
  const [settings, setSettings] = useState(false);
  const leading = useLeading(chosenDoc);
  const { door, dialog } = useDoor();
  const doc = leading.doc ?? chosenDoc;
  const work = useRef<HTMLElement>(null);
  const side = useRef<HTMLElement>(null);
  useEffect(() => {
    if (leading.doc !== null) setChosenDoc(leading.doc);
  }, [leading.doc]);
  useEffect(() => keepDocumentInAddress(doc), [doc]);

  const wide = useMedia("(min-width: 60rem)");
  const panelShown = wide ? panelOpen : view !== "work";
  const unread = useNews(panelShown && panel === "chat");
  const raised = classroom.hands.findIndex((hand) => hand.user === me.user);
  const toggleHand = (): void => void ask(["hand", raised < 0], "hand");

  const chooseDoc = useCallback(
    (next: string) => {
      if (leading.doc !== null && next !== leading.doc) leading.lead.wander();
      setChosenDoc(next);
      setView("work");
    },
    [leading],
  );
  const choosePanel = (next: Panel): void => {
    setPanel(next);
    setPanelOpen(true);
    setView(next);
  };
  const focusPanel = (next: Panel): void => {
    choosePanel(next);
    requestAnimationFrame(() => {
      const target = next === "chat" ? side.current?.querySelector<HTMLElement>("textarea") : null;
      (target ?? side.current)?.focus();
    });
  };
  useShortcuts((shortcut: Shortcut) => {
    if (typeof shortcut === "number") {
      const next = shownDocuments(classroom.documents)[shortcut - 1];
      if (next !== undefined) chooseDoc(next);
    } else if (shortcut === "hand") {
      if (takesPart(me.role)) toggleHand();
    } else if (shortcut === "follow") {
      if (leading.leader !== null) leading.setFollowing(!leading.following);
    } else if (shortcut === "settings") setSettings(true);
    else if (shortcut === "work") {
      setView("work");
      requestAnimationFrame(() => work.current?.focus());
    } else focusPanel(shortcut);
  });

  // On a narrow screen the panel is all there is in view: then it is the main part.
  const Side = wide ? "aside" : "main";
  return (
    <div className={`classroom${panelShown ? " with-panel" : ""}${door.inCall ? " in-call" : ""}`} data-view={wide ? "both" : view}>
      <a className="skip" href={!wide && panelShown ? "#panel" : "#work"}>
        {t("app.skip")}
      </a>
      <header className="topbar">
        <a className="home" href="/" aria-label={t("app.home")}>
          <Logo />
        </a>
        <h1 className="class-title" dir="auto">
          {title}
        </h1>
        <SavingChip />
        <div className="topbar-tools">
          <CallButton door={door} />
          {leading.mayLead && <LeadButton leading={leading} />}
          {takesPart(me.role) && (
            <button
              type="button"
              className={`button hand-button${raised >= 0 ? " up" : ""}`}
              onClick={toggleHand}
              title={t(raised >= 0 ? "people.lower" : "people.raise")}
            >
              <Hand aria-hidden />
              <span className="label">{t(raised >= 0 ? "people.lower" : "people.raise")}</span>
            </button>
          )}
          {takesPart(me.role) && <ReactButton />}
          <button
            type="button"
            className="icon-button"
            aria-label={t("class.settings")}
            title={t("class.settings")}
            onClick={() => setSettings(true)}
          >
            <Settings aria-hidden />
          </button>
          {wide && (
            <button
              type="button"
              className="icon-button"
              aria-expanded={panelOpen}
              aria-controls="panel"
              aria-label={t(panelOpen ? "class.hidePanel" : "class.showPanel")}
              title={t(panelOpen ? "class.hidePanel" : "class.showPanel")}
              onClick={() => setPanelOpen(!panelOpen)}
            >
              {panelOpen ? <PanelRightClose aria-hidden className="flip" /> : <PanelRightOpen aria-hidden className="flip" />}
            </button>
          )}
          <a
            className="icon-button"
            href="/"
            aria-label={t("class.leave")}
            title={t("class.leave")}
            onClick={() => dropTicket(session.room)}
          >
            <LogOut aria-hidden className="flip" />
          </a>
        </div>
      </header>
      <div className="banners">
        <ConnectionBanner />
        <LeadingBanner leading={leading} />
        <RecordingBanner />
      </div>
      <main id="work" className="work" ref={work} tabIndex={-1} aria-label={t("class.work")} hidden={!wide && view !== "work"}>
        <CallStage door={door} />
        <div className="work-head" hidden={door.stage}>
          <DocumentTabs current={doc} onChoose={chooseDoc} />
          <LockButton doc={doc} />
        </div>
        <DocumentView key={doc} doc={doc} lead={leading.lead} hidden={door.stage} />
        <CallCaptions door={door} />
        <ReactionStream />
      </main>
      <Side id="panel" className="panel" ref={side} tabIndex={-1} aria-label={t("class.panel")} hidden={!panelShown}>
        <PanelTabs panel={panel} unread={unread} onChoose={choosePanel} wide={wide} />
      </Side>
      {!wide && (
        <nav className="bottombar" aria-label={t("class.panel")}>
          <BarButton current={view === "work"} label={t("class.workShort")} onClick={() => setView("work")}>
            <Presentation aria-hidden />
          </BarButton>
          {PANEL_ORDER.map((one) => {
            const Icon = PANEL_ICONS[one];
            return (
              <BarButton key={one} current={view === one} label={t(`class.${one}`)} onClick={() => choosePanel(one)}>
                <Icon aria-hidden />
                <PanelCount panel={one} unread={unread} />
              </BarButton>
            );
          })}
        </nav>
      )}
      <CallControls door={door} />
      {dialog}
      {settings && <SettingsDialog shortcuts onClose={() => setSettings(false)} />}
    </div>
  );
}

function firstDocument(): string {
  const wanted = documentInAddress();
  return wanted !== null && isDocumentName(wanted) ? wanted : DEFAULT_DOCUMENT;
}

function BarButton(props: { current: boolean; label: string; onClick(): void; children: ReactNode }) {
  return (
    <button type="button" className="bar-button" aria-current={props.current ? "page" : undefined} onClick={props.onClick}>
      <span className="bar-icon">{props.children}</span>
      <span>{props.label}</span>
    </button>
  );
}

/** The side panel: tabs as the ARIA pattern has them, arrow keys move between them. */
function PanelTabs(props: { panel: Panel; unread: number; wide: boolean; onChoose(panel: Panel): void }) {
  const { panel, unread, wide, onChoose } = props;
  const { t, dir } = useI18n();
  const tabs = useRef<HTMLDivElement>(null);
  const Current = PANELS[panel];
  const move = (step: number): void => {
    const next = PANEL_ORDER[(PANEL_ORDER.indexOf(panel) + step + PANEL_ORDER.length) % PANEL_ORDER.length] ?? panel;
    onChoose(next);
    tabs.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  if (!wide) {
    return (
      <div className="panel-body">
        <h2 className="panel-title">{t(`class.${panel}`)}</h2>
        <Current />
      </div>
    );
  }
  return (
    <>
      <h2 className="unseen">{t("class.panel")}</h2>
      <div
        className="panel-tabs"
        role="tablist"
        aria-label={t("class.panel")}
        ref={tabs}
        onKeyDown={(event) => {
          const forward = dir === "rtl" ? "ArrowLeft" : "ArrowRight";
          const back = dir === "rtl" ? "ArrowRight" : "ArrowLeft";
          if (event.key === forward) move(1);
          else if (event.key === back) move(-1);
        }}
      >
        {PANEL_ORDER.map((one) => {
          const Icon = PANEL_ICONS[one];
          return (
            <button
              key={one}
              type="button"
              role="tab"
              id={`tab-${one}`}
              className="panel-tab"
              aria-selected={one === panel}
              aria-controls="panel-body"
              tabIndex={one === panel ? 0 : -1}
              onClick={() => onChoose(one)}
            >
              <Icon aria-hidden />
              <span>{t(`class.${one}`)}</span>
              <PanelCount panel={one} unread={unread} />
            </button>
          );
        })}
      </div>
      <div id="panel-body" className="panel-body" role="tabpanel" aria-labelledby={`tab-${panel}`}>
        <Current />
      </div>
    </>
  );
}

function PanelCount({ panel, unread }: { panel: Panel; unread: number }) {
  const { classroom } = useRoom();
  const { t, number } = useI18n();
  if (panel === "people") return <span className="count">{number(headCount(classroom))}</span>;
  if (panel === "polls") {
    const open = classroom.polls.filter((poll) => poll.open).length;
    return open > 0 ? <span className="count new">{number(open)}</span> : null;
  }
  if (unread === 0) return null;
  return (
    <span className="count new">
      <span aria-hidden="true">{number(unread)}</span>
      <span className="unseen">{t("chat.unread", { count: unread })}</span>
    </span>
  );
}

function LeadButton({ leading }: { leading: Leading }) {
  const { t } = useI18n();
  return (
    <button
      type="button"
      className="button lead-button"
      aria-pressed={leading.mine}
      title={t("people.leadHint")}
      onClick={() => leading.setLeading(!leading.mine)}
    >
      <Binoculars aria-hidden />
      <span className="label">{t("people.lead")}</span>
    </button>
  );
}

function LeadingBanner({ leading }: { leading: Leading }) {
  const { t } = useI18n();
  if (leading.mine) {
    return (
      <div className="banner leading" role="status">
        <Binoculars aria-hidden />
        <p className="grow">{t("people.leading")}</p>
        <button type="button" className="button small-button" onClick={() => leading.setLeading(false)}>
          {t("people.stopLeading")}
        </button>
      </div>
    );
  }
  if (leading.leader === null) return null;
  return (
    <div className="banner leading" role="status">
      <Binoculars aria-hidden />
      <p className="grow">{t(leading.following ? "people.following" : "people.notFollowing", { name: leading.leader })}</p>
      <button type="button" className="button small-button" onClick={() => leading.setFollowing(!leading.following)}>
        {t(leading.following ? "people.unfollow" : "people.follow")}
      </button>
    </div>
  );
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const list = window.matchMedia(query);
    const onChange = (): void => setMatches(list.matches);
    onChange();
    list.addEventListener("change", onChange);
    return () => list.removeEventListener("change", onChange);
  }, [query]);
  return matches;
}
