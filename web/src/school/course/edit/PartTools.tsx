/** The buttons of a module or a page: earlier, later, seen or not, change, delete. */

import { ArrowDown, ArrowUp, Eye, EyeOff, Pencil, Trash2 } from "lucide-react";
import { Go } from "../../parts";
import type { Module, PageHead } from "../../shapes";
import { useTexts } from "../../texts";

interface Props {
  part: Module | PageHead;
  place: number;
  count: number;
  busy: boolean;
  onMove(by: -1 | 1): void;
  onTurn(): void;
  /** Where it is changed: in a dialog, or at an address of its own. */
  onEdit?(): void;
  editTo?: string;
  onDelete(): void;
}

export function PartTools({ part, place, count, busy, onMove, onTurn, onEdit, editTo, onDelete }: Props) {
  const { t } = useTexts();
  const { title } = part;
  const draft = part.status === "draft";
  // A button that cannot help now stays where it is, so that the focus is not lost.
  const move = (by: -1 | 1, can: boolean) => (
    <button
      type="button"
      className="icon-button"
      aria-label={t(by < 0 ? "quiz.moveUp" : "quiz.moveDown", { text: title })}
      aria-disabled={!can || busy}
      onClick={() => can && !busy && onMove(by)}
    >
      {by < 0 ? <ArrowUp aria-hidden /> : <ArrowDown aria-hidden />}
    </button>
  );
  return (
    <div className="part-tools">
      {draft && <span className="badge">{t("courses.draft")}</span>}
      {move(-1, place > 0)}
      {move(1, place < count - 1)}
      <button
        type="button"
        className="icon-button"
        aria-label={t(draft ? "write.publish" : "write.hide", { title })}
        aria-disabled={busy}
        onClick={() => !busy && onTurn()}
      >
        {draft ? <Eye aria-hidden /> : <EyeOff aria-hidden />}
      </button>
      {editTo === undefined ? (
        <button type="button" className="icon-button" aria-label={t("build.editOf", { title })} onClick={onEdit}>
          <Pencil aria-hidden />
        </button>
      ) : (
        <Go to={editTo} className="icon-button" aria-label={t("build.editOf", { title })}>
          <Pencil aria-hidden />
        </Go>
      )}
      <button type="button" className="icon-button" aria-label={t("write.delete", { title })} onClick={onDelete}>
        <Trash2 aria-hidden />
      </button>
    </div>
  );
}
