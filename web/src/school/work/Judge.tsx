/** How a work is judged, by its teacher or by another student: the rubric's levels where there is one, or points. */

import { useState } from "react";
import { Field } from "../parts";
import { useTexts } from "../texts";
import { shareOf } from "./rubric";
import type { Assignment, Criterion, Pick } from "./shapes";

type Picks = Record<string, Pick>;

export interface Judging {
  picks: Picks;
  score: string;
}

/** What is judged so far. `mark`: what the server takes; null while something is missing, and `missing` says what. */
export function useJudging(assignment: Assignment, known: Judging) {
  const { t } = useTexts();
  const [picks, setPicks] = useState<Picks>(known.picks);
  const [score, setScore] = useState(known.score);
  const { rubric } = assignment;
  const share = rubric === null ? null : shareOf(rubric, picks);
  const points = Number(score);
  const given = score !== "" && points >= 0 && points <= Number(assignment.points);
  const mark = rubric === null ? (given ? { points } : null) : share === null ? null : { picks };
  const missing = t(rubric === null ? "mark.range" : "work.pickAll");
  return { picks, setPicks, score, setScore, share, mark, missing };
}

export function JudgeFields({ assignment, judging }: { assignment: Assignment; judging: ReturnType<typeof useJudging> }) {
  const { t, percent } = useTexts();
  const { picks, setPicks, score, setScore, share } = judging;
  return (
    <>
      {assignment.rubric === null ? (
        <Field
          label={t("mark.points")}
          type="number"
          min={0}
          max={Number(assignment.points)}
          step="any"
          dir="ltr"
          value={score}
          onChange={(event) => setScore(event.target.value)}
        />
      ) : (
        assignment.rubric.criteria.map((criterion) => (
          <CriterionField
            key={criterion.id}
            criterion={criterion}
            pick={picks[criterion.id]}
            onPick={(pick) => setPicks((now) => ({ ...now, [criterion.id]: pick }))}
          />
        ))
      )}
      {share !== null && <p role="status">{t("work.comesTo", { share: percent(share) })}</p>}
    </>
  );
}

function CriterionField(props: { criterion: Criterion; pick: Pick | undefined; onPick(pick: Pick): void }) {
  const { points } = useTexts();
  const { criterion, pick, onPick } = props;
  return (
    <fieldset className="field plain">
      <legend dir="auto">{criterion.text}</legend>
      <div className="cards two">
        {criterion.levels.map((level) => (
          <label key={level.id} className="answer-choice">
            <input
              type="radio"
              name={criterion.id}
              checked={pick?.level === level.id}
              onChange={() => onPick({ level: level.id, comment: pick?.comment ?? "" })}
            />
            <span className="grow" dir="auto">
              {level.text}
            </span>
            <span className="score">{points(level.points)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
