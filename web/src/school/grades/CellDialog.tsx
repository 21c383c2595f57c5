/** A mark set by hand over what was computed, or taken back. */

import type { SyntheticEvent } from "react";
import { useState } from "react";
import { Dialog } from "../../ui/Dialog";
import { send } from "../api";
import { Area, Check, Field, FormProblem } from "../parts";
import { useTexts } from "../texts";
import { useSend } from "../useSend";
import type { Column, Row } from "./shapes";
import { cellOf } from "./shapes";

interface Props {
  base: string;
  row: Row;
  column: Column;
  onKept(): void;
  onClose(): void;
}

export function CellDialog({ base, row, column, onKept, onClose }: Props) {
  const { t } = useTexts();
  const cell = cellOf(row, column.id);
  const [score, setScore] = useState(cell?.score === null || cell === undefined ? "" : String(cell.score));
  const [excused, setExcused] = useState(cell?.excused ?? false);
  const [comment, setComment] = useState(cell?.comment ?? "");
  const { busy, problem, say, run } = useSend();
  const path = `${base}/${column.id}/${row.person_id}`;
  const done = (): void => {
    onKept();
    onClose();
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (!excused && (score.trim() === "" || !(Number(score) >= 0))) return say(t("item.missing.points"));
    const body = { score: score.trim() === "" ? null : Number(score), excused, comment };
    run(() => send("PUT", path, body).then(done));
  };
  return (
    <Dialog title={t("grades.title", { name: row.name, title: column.title })} onClose={onClose}>
      <form className="stack" onSubmit={submit} noValidate>
        <Field
          label={t("mark.points")}
          type="number"
          min={0}
          step="any"
          dir="ltr"
          value={score}
          onChange={(event) => setScore(event.target.value)}
        />
        <Check label={t("grades.excuse")} checked={excused} onChange={setExcused} />
        <Area label={t("mark.comment")} rows={2} value={comment} onChange={(event) => setComment(event.target.value)} />
        <FormProblem text={problem} />
        <div className="row end">
          {cell?.overridden && (
            <button type="button" className="button" disabled={busy} onClick={() => run(() => send("DELETE", path).then(done))}>
              {t("grades.clear")}
            </button>
          )}
          <button type="submit" className="button primary" disabled={busy}>
            {t("mark.keep")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
