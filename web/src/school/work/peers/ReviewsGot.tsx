/** The reviews a submission got; nobody learns who gave them. */

import { get } from "../../api";
import { Ready } from "../../parts";
import { Prose } from "../../Prose";
import { useTexts } from "../../texts";
import { useLoaded } from "../../useLoaded";
import type { Assignment, ReviewGot } from "../shapes";
import { PicksTable } from "./PicksTable";

export function ReviewsGot({ assignment, submission }: { assignment: Assignment; submission: string }) {
  const { t, number, percent } = useTexts();
  const path = `/submissions/${submission}/reviews`;
  const { loaded, again } = useLoaded(path, () => get<ReviewGot[]>(path));
  return (
    <section className="stack tight">
      <h2>{t("peer.got")}</h2>
      <Ready of={loaded} again={again}>
        {(reviews) =>
          reviews.length === 0 ? (
            <p className="quiet">{t("peer.gotNone")}</p>
          ) : (
            <ul className="stack tight">
              {reviews.map((review, place) => (
                <li key={review.reviewer} className="card stack tight">
                  <div className="row spread">
                    <h3>{t("peer.reviewer", { number: number(place + 1) })}</h3>
                    <span className="score">{percent(review.share)}</span>
                  </div>
                  {assignment.rubric !== null && review.picks !== null && (
                    <PicksTable rubric={assignment.rubric} picks={review.picks} />
                  )}
                  {review.comment !== "" && <Prose text={review.comment} />}
                </li>
              ))}
            </ul>
          )
        }
      </Ready>
    </section>
  );
}
