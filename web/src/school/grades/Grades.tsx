/** Grades of a course: everybody's for staff, one's own for a student. */

import { Download, SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import { get } from "../api";
import type { Here } from "../course/here";
import { Go, Ready } from "../parts";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { CellDialog } from "./CellDialog";
import type { Cell, Column, CourseGrades, Gradebook, Row, Standing } from "./shapes";
import { cellOf, finalPercent } from "./shapes";

export function Grades({ here }: { here: Here }) {
  return here.staff ? <Book here={here} /> : <Own here={here} />;
}

function Book({ here }: { here: Here }) {
  const { t } = useTexts();
  const base = `/courses/${here.course.id}/gradebook`;
  const { loaded, again } = useLoaded(`book ${here.course.id}`, () => get<Gradebook>(base));
  const [edited, setEdited] = useState<{ row: Row; column: Column } | null>(null);
  return (
    <section className="stack">
      <div className="page-head">
        <h2>{t("course.grades")}</h2>
        <div className="row">
          <Go to={`/courses/${here.course.id}/grades/settings`} className="button">
            <SlidersHorizontal aria-hidden /> <span>{t("book.title")}</span>
          </Go>
          <a className="button" href={`/api/v1${base}.csv`} download>
            <Download aria-hidden /> <span>{t("grades.csv")}</span>
          </a>
        </div>
      </div>
      <Ready of={loaded} again={again}>
        {({ columns, rows }) =>
          columns.length === 0 || rows.length === 0 ? (
            <p className="quiet">{t("grades.none")}</p>
          ) : (
            <div className="book" role="region" aria-label={t("course.grades")} tabIndex={0}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{t("grades.person")}</th>
                    {columns.map((column) => (
                      <ColumnHead key={column.id} column={column} />
                    ))}
                    <th scope="col">{t("grades.course")}</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <tr key={row.person_id}>
                      <th scope="row">
                        <bdi>{row.name}</bdi>
                      </th>
                      {columns.map((column) => (
                        <td key={column.id}>
                          <CellButton row={row} column={column} onEdit={() => setEdited({ row, column })} />
                        </td>
                      ))}
                      <td>
                        <Final standing={row} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Ready>
      {edited && <CellDialog base={base} {...edited} onKept={again} onClose={() => setEdited(null)} />}
    </section>
  );
}

function ColumnHead({ column }: { column: Column }) {
  const { t, points } = useTexts();
  return (
    <th scope="col">
      <span dir="auto">{column.title}</span>
      <span className="quiet small most">{t("grades.most", { maximum: points(column.maximum) })}</span>
    </th>
  );
}

function CellButton({ row, column, onEdit }: { row: Row; column: Column; onEdit(): void }) {
  const { t } = useTexts();
  const cell = cellOf(row, column.id);
  return (
    <button
      type="button"
      className="cell"
      aria-label={t("grades.edit", { name: row.name, title: column.title, score: useCellWords(cell) })}
      onClick={onEdit}
    >
      <CellShown cell={cell} />
    </button>
  );
}

function useCellWords(cell: Cell | undefined): string {
  const { t, points } = useTexts();
  if (cell?.excused) return t("grades.excused");
  return cell?.score === null || cell === undefined ? t("grades.empty") : points(cell.score);
}

function CellShown({ cell }: { cell: Cell | undefined }) {
  const { t } = useTexts();
  const words = useCellWords(cell);
  const empty = cell === undefined || (cell.score === null && !cell.excused);
  return (
    <>
      <span className={cell?.dropped ? "dropped" : undefined}>{empty ? "–" : words}</span>
      {cell?.overridden && (
        <span className="overridden" title={t("grades.overridden")}>
          *
        </span>
      )}
    </>
  );
}

function Final({ standing }: { standing: Standing }) {
  const { percent } = useTexts();
  const share = finalPercent(standing);
  return (
    <span className="score">
      {share === null ? "–" : percent(share / 100)}
      {standing.grade !== null && <bdi> {standing.grade}</bdi>}
    </span>
  );
}

function Own({ here }: { here: Here }) {
  const { t, points } = useTexts();
  const { loaded, again } = useLoaded(`grades ${here.course.id}`, async () => {
    const all = await get<CourseGrades[]>(`/people/${here.me.id}/grades`);
    return all.find(({ course_id }) => course_id === here.course.id) ?? null;
  });
  return (
    <section className="stack">
      <h2>{t("course.grades")}</h2>
      <Ready of={loaded} again={again}>
        {(grades) =>
          grades === null || grades.columns.length === 0 ? (
            <p className="quiet">{t("grades.none")}</p>
          ) : (
            <div className="book" role="region" aria-label={t("course.grades")} tabIndex={0}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{t("grades.work")}</th>
                    <th scope="col">{t("mark.points")}</th>
                    <th scope="col">{t("grades.of")}</th>
                  </tr>
                </thead>
                <tbody>
                  {grades.columns.map((column) => (
                    <tr key={column.id}>
                      <th scope="row">
                        <bdi>{column.title}</bdi>
                      </th>
                      <td>
                        <CellShown cell={cellOf(grades, column.id)} />
                        {cellOf(grades, column.id)?.comment && <p dir="auto">{cellOf(grades, column.id)?.comment}</p>}
                      </td>
                      <td>{points(column.maximum)}</td>
                    </tr>
                  ))}
                </tbody>
                <tfoot>
                  <tr>
                    <th scope="row">{t("grades.course")}</th>
                    <td colSpan={2}>
                      <Final standing={grades} />
                    </td>
                  </tr>
                </tfoot>
              </table>
            </div>
          )
        }
      </Ready>
    </section>
  );
}
