/** A student's way to a goal in the course: what comes in which order and why, and how well each skill is mastered. */

import { CheckCircle2, Circle, CircleDot } from "lucide-react";
import { useState } from "react";
import { get, list, send } from "../api";
import { Go, Ready, Select, Working } from "../parts";
import type { Module, PageHead, Requirement } from "../shapes";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import type { Here } from "./here";
import type { Mastery, Progress, Skill, Step } from "./path";
import { farthest, stepsOf } from "./path";
import type { Suggestion } from "./suggestions";
import { reasonWords } from "./suggestions";

interface Ground {
  modules: Module[];
  requirements: Requirement[];
  skills: Skill[];
}

export function LearningPath({ here }: { here: Here }) {
  const { t } = useTexts();
  const base = `/courses/${here.course.id}`;
  const { loaded, again } = useLoaded(`ground ${here.course.id}`, async (): Promise<Ground> => {
    const [modules, requirements, skills] = await Promise.all([
      list<Module>(`${base}/modules`),
      list<Requirement>(`${base}/prerequisites`),
      list<Skill>(`${base}/skills`),
    ]);
    return { modules, requirements, skills };
  });
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <section className="stack path-page">
      <h2>{t("path.title")}</h2>
      <Ready of={loaded} again={again}>
        {(ground) => {
          const goal = chosen ?? farthest(ground.modules, ground.requirements);
          if (goal === null) return <p className="quiet">{t("course.noModules")}</p>;
          return (
            <>
              <div className="short-field">
                <Select label={t("path.goal")} value={goal} onChange={(event) => setChosen(event.target.value)}>
                  {ground.modules.map(({ id, title }) => (
                    <option key={id} value={id} dir="auto">
                      {title}
                    </option>
                  ))}
                </Select>
              </div>
              <Way here={here} goal={goal} ground={ground} />
            </>
          );
        }}
      </Ready>
    </section>
  );
}

function Way({ here, goal, ground }: { here: Here; goal: string; ground: Ground }) {
  const { t } = useTexts();
  const base = `/courses/${here.course.id}`;
  const { loaded, again } = useLoaded(`way ${goal}`, async () => {
    const [path, progress, mastery] = await Promise.all([
      get<Suggestion[]>(`${base}/learning-path?${new URLSearchParams({ goal })}`),
      list<Progress>(`${base}/progress`),
      get<Mastery[]>(`${base}/mastery`),
    ]);
    return { path, progress, mastery };
  });
  return (
    <>
      <Working busy={loaded.kind === "loading"} />
      <Ready of={loaded} again={again}>
        {({ path, progress, mastery }) => (
          <>
            <p className="quiet" role="status">
              {path.length === 0 ? t("path.reached") : t("path.left", { count: path.length })}
            </p>
            <ol className="path">
              {stepsOf(ground.modules, path, progress, ground.skills, mastery).map((step) => (
                <StepShown key={step.module.id} here={here} step={step} goal={step.module.id === goal} again={again} />
              ))}
            </ol>
          </>
        )}
      </Ready>
    </>
  );
}

const SIGNS = { done: CheckCircle2, begun: CircleDot, next: CircleDot, later: Circle };

function StepShown({ here, step, goal, again }: { here: Here; step: Step; goal: boolean; again(): void }) {
  const texts = useTexts();
  const { t } = texts;
  const { module, standing, skills, suggestion } = step;
  const Sign = SIGNS[standing];
  return (
    <li className={`path-step ${standing}`}>
      <Sign aria-hidden className="path-sign" />
      <div className="card stack tight grow">
        <div className="row">
          <h3 dir="auto" lang={module.language}>
            {module.title}
          </h3>
          <span className={`badge ${standing === "done" ? "" : "open"}`}>{t(`path.${standing}`)}</span>
          {goal && <span className="badge warm">{t("path.isGoal")}</span>}
        </div>
        {(suggestion?.reasons ?? []).map((reason, place) => (
          <p key={place} className="quiet small">
            {reasonWords(texts, reason)}
          </p>
        ))}
        {skills.length > 0 && (
          <ul className="stack tight">
            {skills.map((skill) => (
              <SkillShown key={skill.skill_id} skill={skill} />
            ))}
          </ul>
        )}
        {standing !== "done" && <Doing here={here} step={step} again={again} />}
      </div>
    </li>
  );
}

function SkillShown({ skill }: { skill: Mastery }) {
  const { t, percent } = useTexts();
  const met = skill.answers > 0;
  const words = met ? t("path.answers", { count: skill.answers }) : t("path.notMet");
  return (
    <li className="skill">
      <bdi>{skill.name}</bdi>
      <meter
        min={0}
        max={1}
        low={0.5}
        value={met ? skill.chance : 0}
        aria-label={t("path.mastery", { name: skill.name, share: met ? percent(skill.chance) : words })}
      />
      <span className="quiet small">
        {met && `${percent(skill.chance)} · `}
        {words}
        {skill.mastered && ` · ${t("path.mastered")}`}
      </span>
    </li>
  );
}

/** What there is to read of a step, and that one is through with it. */
function Doing({ here, step, again }: { here: Here; step: Step; again(): void }) {
  const { t } = useTexts();
  const base = `/courses/${here.course.id}`;
  const { id, title } = step.module;
  const { loaded } = useLoaded(`pages ${id}`, () => list<PageHead>(`${base}/modules/${id}/pages`));
  const weak = new Set((step.suggestion?.pages ?? []).map((page) => page.id));
  const tell = (status: "begun" | "done"): void => {
    send("PUT", `${base}/modules/${id}/progress`, { status }).then(again, again);
  };
  return (
    <>
      {loaded.kind === "ready" && loaded.value.length > 0 && (
        <ul className="pages">
          {loaded.value.map((page) => (
            <li key={page.id}>
              <Go to={`${base}/pages/${page.id}`} className="page-link">
                <bdi>{page.title}</bdi>
                {weak.has(page.id) && <span className="badge warm">{t("path.weak")}</span>}
              </Go>
            </li>
          ))}
        </ul>
      )}
      <div className="row">
        {step.standing !== "begun" && (
          <button type="button" className="button small-button" aria-label={t("path.beginOf", { title })} onClick={() => tell("begun")}>
            {t("path.begin")}
          </button>
        )}
        <button type="button" className="button small-button" aria-label={t("next.doneOf", { title })} onClick={() => tell("done")}>
          {t("next.done")}
        </button>
      </div>
    </>
  );
}
