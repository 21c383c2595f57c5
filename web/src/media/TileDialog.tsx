/** What one may do about a person or a screen in the call; staff may do more. */

import { useState } from "react";
import { useAsk, useRoom } from "../class/room";
import { useI18n } from "../i18n/provider";
import { isStaff } from "../room/roles";
import { Dialog } from "../ui/Dialog";
import { useStore } from "../ui/useStore";
import type { Call } from "./call";
import type { Tile } from "./layout";
import { nameOf } from "./tileName";

export function TileDialog({ call, tile, onClose }: { call: Call; tile: Tile; onClose(): void }) {
  const { me } = useRoom();
  const { t } = useI18n();
  const { pinned } = useStore(call.shown);
  const isPinned = pinned === tile.key;
  const video = document.querySelector<HTMLVideoElement>(`[data-tile="${CSS.escape(tile.key)}"] video`);
  const done = (act: () => void) => () => {
    act();
    onClose();
  };
  return (
    <Dialog title={nameOf(t, tile)} onClose={onClose}>
      <div className="stack">
        <button
          type="button"
          className="button wide"
          aria-pressed={isPinned}
          onClick={done(() => call.show({ pinned: isPinned ? null : tile.key, ...(isPinned ? {} : { stage: true }) }))}
        >
          {t(isPinned ? "media.unpin" : "media.pin")}
        </button>
        {document.pictureInPictureEnabled && video !== null && (
          <button
            type="button"
            className="button wide"
            onClick={done(() => void video.requestPictureInPicture().catch(() => undefined))}
          >
            {t("media.pip")}
          </button>
        )}
        {isStaff(me.role) && <StaffActions call={call} tile={tile} onClose={onClose} />}
      </div>
    </Dialog>
  );
}

function StaffActions({ call, tile, onClose }: { call: Call; tile: Tile; onClose(): void }) {
  const { classroom } = useRoom();
  const { t } = useI18n();
  const ask = useAsk();
  const [sure, setSure] = useState(false);
  const spotlit = classroom.stage.spotlight === tile.user;
  const act = (work: () => void) => () => {
    work();
    onClose();
  };
  const mute = (track: string) => act(() => call.act({ request: "mute", track, muted: true }));
  const isPerson = !tile.mine && !tile.screen;
  return (
    <>
      {tile.publication !== "" && (
        <button
          type="button"
          className="button wide"
          aria-pressed={spotlit}
          onClick={act(() => void ask(["spotlight", spotlit ? "" : tile.user], "spotlight"))}
        >
          {t(spotlit ? "media.endSpotlight" : "media.spotlight")}
        </button>
      )}
      {isPerson && tile.audio !== null && !tile.audio.muted && (
        <button type="button" className="button wide" onClick={mute(tile.audio.id)}>
          {t("media.muteThem")}
        </button>
      )}
      {isPerson && tile.video !== null && !tile.video.muted && (
        <button type="button" className="button wide" onClick={mute(tile.video.id)}>
          {t("media.stopCamera")}
        </button>
      )}
      {tile.screen && !tile.mine && (
        <button
          type="button"
          className="button danger-quiet wide"
          onClick={act(() => call.act({ request: "unpublish", publication: tile.publication }))}
        >
          {t("media.stopScreen")}
        </button>
      )}
      {isPerson && (
        <>
          {sure && <p role="alert">{t("media.removeHint")}</p>}
          <button
            type="button"
            className={`button wide ${sure ? "danger" : "danger-quiet"}`}
            onClick={sure ? act(() => void ask(["may-publish", tile.user, []], `stage.${tile.user}`)) : () => setSure(true)}
          >
            {t("media.removeThem")}
          </button>
        </>
      )}
    </>
  );
}
