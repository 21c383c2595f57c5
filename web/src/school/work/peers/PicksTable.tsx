/** Which level of each criterion was picked. */

import { useTexts } from "../../texts";
import type { Pick, Rubric } from "../shapes";

export function PicksTable({ rubric, picks }: { rubric: Rubric; picks: Readonly<Record<string, Pick>> }) {
  const { points } = useTexts();
  return (
    <dl className="rubric">
      {rubric.criteria.map(({ id, text, levels }) => {
        const level = levels.find((one) => one.id === picks[id]?.level);
        return (
          <div key={id}>
            <dt dir="auto">{text}</dt>
            <dd>
              <bdi>{level?.text ?? "–"}</bdi> {level !== undefined && <span className="score">{points(level.points)}</span>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
