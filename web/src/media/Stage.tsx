/** The people of a call: a strip beside the document, or large in its place. */

import { Ellipsis, MicOff, Star } from "lucide-react";
import type { RefObject } from "react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useRoom } from "../class/room";
import { useI18n } from "../i18n/provider";
import { Avatar } from "../ui/Avatar";
import { useStore } from "../ui/useStore";
import type { Call } from "./call";
import type { Tile } from "./layout";
import { focusOf, placed, tilesOf } from "./layout";
import { TileDialog } from "./TileDialog";
import { nameOf } from "./tileName";

/** Places in first view, among which nobody moves without need. */
const FRONT = { strip: 4, large: 9 } as const;

export function Stage({ call }: { call: Call }) {
  const { me } = useRoom();
  const { t } = useI18n();
  const state = useStore(call.state);
  const shown = useStore(call.shown);
  const talking = useStore(call.talking);
  const [managed, setManaged] = useState<string | null>(null);
  const tiles = useMemo(() => tilesOf(state, me), [state, me]);
  const focus = focusOf(tiles, shown.pinned, state.spotlight, state.speakers);
  const order = usePlaces(tiles, state.speakers, shown.stage ? FRONT.large : FRONT.strip);
  const inOrder = focusFirst(order, focus).flatMap((key) => tiles.find((tile) => tile.key === key) ?? []);
  useScreensLarge(call, tiles, shown.stage);
  const managedTile = tiles.find(({ key }) => key === managed);
  const columns = Math.ceil(Math.sqrt(inOrder.length));
  return (
    <section
      className={`stage ${shown.stage ? "large" : "strip"}${shown.stage && focus !== null ? " focused" : ""}`}
      aria-label={t("media.people")}
      data-testid="stage"
      data-phase={state.phase}
      style={{ "--columns": columns } as React.CSSProperties}
    >
      <ul className="tiles">
        {inOrder.map((tile) => (
          <TileView
            key={tile.key}
            call={call}
            tile={tile}
            focused={tile.key === focus}
            spotlit={tile.publication !== "" && tile.publication === state.spotlight}
            talking={talking.has(tile.key)}
            pictures={!shown.audioOnly}
            onMore={() => setManaged(tile.key)}
          />
        ))}
      </ul>
      {state.phase === "joining" && (
        <p className="stage-note" role="status">
          {t(state.conn === "" ? "media.away" : "media.joining")}
        </p>
      )}
      {shown.stage && state.phase === "in" && tiles.length === 1 && <p className="stage-note">{t("media.alone")}</p>}
      {managedTile && <TileDialog call={call} tile={managedTile} onClose={() => setManaged(null)} />}
    </section>
  );
}

const focusFirst = (order: readonly string[], focus: string | null): string[] =>
  focus === null ? [...order] : [focus, ...order.filter((key) => key !== focus)];

function usePlaces(tiles: Tile[], speakers: string[], front: number): string[] {
  const before = useRef<string[]>([]);
  const now = useMemo(() => placed(before.current, tiles, speakers, front), [tiles, speakers, front]);
  useEffect(() => {
    before.current = now;
  }, [now]);
  return now;
}

/** A screen that somebody begins to share is shown large, and the document again when it ends. */
function useScreensLarge(call: Call, tiles: Tile[], stage: boolean): void {
  const screens = tiles.filter(({ screen, mine }) => screen && !mine).length;
  const before = useRef(0);
  const opened = useRef(false);
  useEffect(() => {
    if (screens > before.current && !stage) {
      opened.current = true;
      call.show({ stage: true });
    }
    if (screens === 0 && opened.current) {
      opened.current = false;
      call.show({ stage: false });
    }
    before.current = screens;
  }, [call, screens, stage]);
}

interface TileProps {
  call: Call;
  tile: Tile;
  focused: boolean;
  spotlit: boolean;
  talking: boolean;
  pictures: boolean;
  onMore(): void;
}

function TileView({ call, tile, focused, spotlit, talking, pictures, onMore }: TileProps) {
  const { t } = useI18n();
  const box = useRef<HTMLLIElement>(null);
  useShownSize(box, call, tile.key);
  const track = usePicture(call, tile, pictures);
  const name = nameOf(t, tile);
  const muted = isMuted(call, tile);
  return (
    <li
      ref={box}
      className={`tile${focused ? " focus" : ""}${talking ? " talking" : ""}${tile.screen ? " of-screen" : ""}`}
      data-tile={tile.key}
      data-user={tile.user}
    >
      {track === null ? (
        <div className="tile-dark">
          <Avatar user={tile.user} name={tile.name} />
        </div>
      ) : (
        <Picture track={track} label={name} mirrored={tile.mine && !tile.screen} />
      )}
      <div className="tile-foot">
        {muted && <MicOff role="img" aria-label={t("media.isMuted")} />}
        {spotlit && <Star role="img" aria-label={t("media.spotlit")} />}
        <bdi className="tile-name">{name}</bdi>
        {talking && <span className="unseen">{t("media.isTalking")}</span>}
      </div>
      {(!tile.mine || tile.screen || tile.publication !== "") && (
        <button
          type="button"
          className="icon-button tile-more"
          aria-label={t("media.more", { name })}
          title={t("media.more", { name })}
          onClick={onMore}
        >
          <Ellipsis aria-hidden />
        </button>
      )}
    </li>
  );
}

function isMuted(call: Call, tile: Tile): boolean {
  if (tile.screen) return false;
  return tile.mine ? !call.state.get().on.microphone : (tile.audio?.muted ?? true);
}

/** The picture of a tile, or null: a camera that is off, pictures not wanted, nothing arrived yet. */
function usePicture(call: Call, tile: Tile, pictures: boolean): MediaStreamTrack | null {
  const arriving = useStore(call.receiver.tracks);
  const camera = useStore(call.camera.track);
  const screen = useStore(call.screen);
  if (tile.mine) return tile.screen ? screen : camera;
  if (tile.video === null || tile.video.muted || (!pictures && !tile.screen)) return null;
  return arriving.get(tile.video.id) ?? null;
}

function Picture({ track, label, mirrored }: { track: MediaStreamTrack; label: string; mirrored: boolean }) {
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    element.srcObject = new MediaStream([track]);
    return () => {
      element.srcObject = null;
    };
  }, [track]);
  return <video ref={ref} className={mirrored ? "mirrored" : undefined} autoPlay playsInline muted aria-label={label} />;
}

/** Tells the call how tall the tile is in view, so that no more is sent than is seen. */
function useShownSize(box: RefObject<HTMLElement | null>, call: Call, key: string): void {
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let height = 0;
    let inView = false;
    const tell = (): void => {
      const seen = inView && (!document.hidden || document.pictureInPictureElement !== null);
      call.size(key, seen ? Math.round(height * window.devicePixelRatio) : 0);
    };
    const sizes = new ResizeObserver(([entry]) => {
      height = entry?.contentRect.height ?? 0;
      tell();
    });
    const views = new IntersectionObserver(([entry]) => {
      inView = entry?.isIntersecting ?? false;
      tell();
    });
    sizes.observe(element);
    views.observe(element);
    document.addEventListener("visibilitychange", tell);
    return () => {
      sizes.disconnect();
      views.disconnect();
      document.removeEventListener("visibilitychange", tell);
      call.size(key, 0);
    };
  }, [box, call, key]);
}
