/** The documents as they were, or the screen that was shared; captions below. */

import "../board/assets";
import { Binoculars, MonitorUp } from "lucide-react";
import type { ComponentType } from "react";
import { lazy, Suspense, useCallback, useState, useSyncExternalStore } from "react";
import { KIND_ICONS } from "../class/DocumentTabs";
import type { EditorProps } from "../class/editor";
import type { Kind } from "../class/kinds";
import { kindOf, labelOf } from "../class/kinds";
import { CaptionLines } from "../media/CaptionLines";
import { captionChoice } from "../media/captionChoice";
import type { Me } from "../room/session";
import { Boundary } from "../ui/Boundary";
import { useStore } from "../ui/useStore";
import { Picture } from "./Picture";
import type { Player } from "./player";
import { docAt } from "./scenes";
import type { Seat } from "./seats";
import { useTexts } from "./texts";
import { useView } from "./useView";
import { cuesAt } from "./webvtt";

const EDITORS: Record<Kind, ComponentType<EditorProps>> = {
  board: lazy(() => import("../board/Board")),
  text: lazy(() => import("../text/TextEditor")),
  code: lazy(() => import("../code/CodeEditor")),
};

const VIEWER: Me = { user: "", name: "", role: "observer" };

export function Work({ player }: { player: Player }) {
  const texts = useTexts();
  const { t } = texts;
  const [following, setFollowing] = useState(true);
  const [chosen, setChosen] = useState<string | null>(null);
  const scene = useScene(player);
  const { seats } = useStore(player.seats);
  const screens = seats.filter((seat) => seat.screen && seat.picture !== null);
  const tabs = player.documents.filter((doc) => kindOf(doc) !== null);
  const wanted = following ? (screens[0]?.key ?? scene) : chosen;
  const screen = screens.find(({ key }) => key === wanted);
  const doc = screen === undefined ? ([wanted, scene, ...tabs].find((one) => one !== null && tabs.includes(one)) ?? null) : null;
  const choose = (key: string): void => {
    setFollowing(false);
    setChosen(key);
  };
  const wander = useCallback(() => {
    setFollowing(false);
    setChosen(doc);
  }, [doc]);
  return (
    <main id="work" className="work playback-work" tabIndex={-1} aria-label={t("class.work")}>
      <div className="work-head">
        <nav className="documents" aria-label={t("doc.documents")}>
          <ul>
            {screens.map((seat) => (
              <Tab key={seat.key} icon={MonitorUp} current={seat.key === screen?.key} onClick={() => choose(seat.key)}>
                {t("playback.screenOf", { name: seat.name })}
              </Tab>
            ))}
            {tabs.map((one) => (
              <Tab key={one} icon={KIND_ICONS[kindOf(one) ?? "text"]} current={one === doc} onClick={() => choose(one)}>
                {labelOf(texts, one)}
              </Tab>
            ))}
          </ul>
        </nav>
        <button
          type="button"
          className="button follow-button"
          aria-pressed={following}
          title={t("playback.followHint")}
          onClick={() => (following ? choose(screen?.key ?? doc ?? "") : setFollowing(true))}
        >
          <Binoculars aria-hidden />
          <span className="label">{t("playback.follow")}</span>
        </button>
      </div>
      {screen !== undefined && <Screen player={player} seat={screen} />}
      {doc !== null && <Document key={doc} player={player} doc={doc} following={following} wander={wander} />}
      {screen === undefined && doc === null && <p className="opening">{t("playback.noDocument")}</p>}
      <CaptionArea player={player} />
    </main>
  );
}

function Tab(props: { icon: ComponentType<{ "aria-hidden": true }>; current: boolean; onClick(): void; children: string }) {
  const { icon: Icon, current, onClick, children } = props;
  return (
    <li>
      <button type="button" className="document-tab" aria-current={current ? "page" : undefined} onClick={onClick}>
        <Icon aria-hidden />
        <bdi>{children}</bdi>
      </button>
    </li>
  );
}

/** Rendered again when it is another, not with every step of the clock. */
function useScene(player: Player): string | null {
  return useSyncExternalStore(player.position.subscribe, () => docAt(player.scenes, player.position.get()));
}

function Document(props: { player: Player; doc: string; following: boolean; wander(): void }) {
  const { player, doc, following, wander } = props;
  const texts = useTexts();
  const { t } = texts;
  const generation = useStore(player.replay.generation);
  const document = player.replay.document(doc);
  const lead = useView(player, document, following, wander);
  const Editor = EDITORS[kindOf(doc) ?? "text"];
  const opening = <p className="opening">{t("doc.opening", { name: labelOf(texts, doc) })}</p>;
  return (
    <section className="document" aria-label={labelOf(texts, doc)} data-doc={doc}>
      <div className="document-body">
        <Boundary attempt={`${doc}#${generation}`} fallback={() => <p className="opening">{t("doc.failed")}</p>}>
          <Suspense fallback={opening}>
            <Editor key={`${doc}#${generation}`} document={document} writable={false} me={VIEWER} lead={lead} />
          </Suspense>
        </Boundary>
      </div>
    </section>
  );
}

function Screen({ player, seat }: { player: Player; seat: Seat }) {
  const { t } = useTexts();
  const label = t("playback.screenOf", { name: seat.name });
  return (
    <section className="document recorded-screen" aria-label={label}>
      {seat.picture !== null && <Picture player={player} file={seat.picture} label={label} />}
    </section>
  );
}

function CaptionArea({ player }: { player: Player }) {
  const { t } = useTexts();
  const { on, size } = useStore(captionChoice);
  const at = useStore(player.position);
  if (!on || player.cues.length === 0) return null;
  const lines = cuesAt(player.cues, at).map((cue) => ({ ...cue, key: `${cue.start} ${cue.user}`, final: true }));
  return (
    <div className="caption-area">
      <CaptionLines lines={lines} size={size} label={t("playback.captions")} live />
    </div>
  );
}
