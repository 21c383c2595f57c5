/** An assignment being written. */

import type { SyntheticEvent } from "react";
import { useState } from "react";
import { go } from "../../pages/routes";
import { get, send } from "../api";
import type { Here } from "../course/here";
import { Area, Field, FormProblem, Go, Heading, Ready } from "../parts";
import type { LateForm } from "../teach/late";
import { fromLate, NO_LATE, toLate } from "../teach/late";
import { LateFields } from "../teach/LateFields";
import { instant, localInput } from "../teach/settings";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { useSend } from "../useSend";
import { readRubric, writeRubric } from "./rubric";
import type { Assignment } from "./shapes";

const MOST_REVIEWS = 10;

export function AssignmentEditor({ here, id }: { here: Here; id: string }) {
  const { loaded, again } = useLoaded(`write ${id}`, async () =>
    id === "new" ? null : get<Assignment>(`/assignments/${id}`),
  );
  return (
    <Ready of={loaded} again={again}>
      {(assignment) => <Editor key={assignment?.version ?? 0} here={here} assignment={assignment} />}
    </Ready>
  );
}

function Editor({ here, assignment }: { here: Here; assignment: Assignment | null }) {
  const { t } = useTexts();
  const [title, setTitle] = useState(assignment?.title ?? "");
  const [instructions, setInstructions] = useState(assignment?.instructions ?? "");
  const [points, setPoints] = useState(assignment?.points ?? "10");
  const [due, setDue] = useState(localInput(assignment?.due_at ?? null));
  const [opens, setOpens] = useState(localInput(assignment?.opens_at ?? null));
  const [closes, setCloses] = useState(localInput(assignment?.closes_at ?? null));
  const [late, setLate] = useState<LateForm>(fromLate(assignment?.late ?? NO_LATE));
  const [category, setCategory] = useState(assignment?.category ?? "assignments");
  const [peers, setPeers] = useState(String(assignment?.peer_reviews ?? 0));
  const [rubric, setRubric] = useState(writeRubric(assignment?.rubric ?? null));
  const { busy, problem, say, run } = useSend();
  const base = `/courses/${here.course.id}/assignments`;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (title.trim() === "") return say(t("courses.titleMissing"));
    if (!(Number(points) > 0)) return say(t("item.missing.points"));
    const read = readRubric(rubric);
    if ("bad" in read) return say(t("work.rubricBad", { line: read.bad }));
    const costs = toLate(late);
    if (costs === null) return say(t("late.bad"));
    if (category.trim() === "") return say(t("book.wrong.name"));
    if (!(Number.isInteger(Number(peers)) && Number(peers) >= 0 && Number(peers) <= MOST_REVIEWS)) return say(t("peer.countBad"));
    const body = {
      title: title.trim(),
      instructions,
      points,
      opens_at: instant(opens),
      due_at: instant(due),
      closes_at: instant(closes),
      late: costs,
      category: category.trim(),
      peer_reviews: Number(peers),
      rubric: read.rubric,
    };
    run(async () => {
      const kept =
        assignment === null
          ? await send<Assignment>("POST", base, body)
          : await send<Assignment>("PATCH", `/assignments/${assignment.id}`, body, assignment.version);
      if (kept.status === "draft") await send("PATCH", `/assignments/${kept.id}`, { status: "published" }, kept.version);
      go(`${base}/${kept.id}`);
    });
  };
  const heading = t(assignment === null ? "work.new" : "build.edit");
  return (
    <div className="stack reading">
      <Go to={base} className="text-button">
        {t("work.all")}
      </Go>
      <Heading title={heading}>{heading}</Heading>
      <form className="stack" onSubmit={submit} noValidate>
        <Field label={t("courses.title")} dir="auto" value={title} onChange={(event) => setTitle(event.target.value)} />
        <Area
          label={t("build.instructions")}
          rows={4}
          value={instructions}
          onChange={(event) => setInstructions(event.target.value)}
        />
        <div className="columns">
          <Field
            label={t("item.points")}
            type="number"
            min={0}
            step="any"
            dir="ltr"
            value={points}
            onChange={(event) => setPoints(event.target.value)}
          />
          {(
            [
              ["build.opens", opens, setOpens],
              ["build.due", due, setDue],
              ["build.closes", closes, setCloses],
            ] as const
          ).map(([label, value, set]) => (
            <Field
              key={label}
              label={t(label)}
              type="datetime-local"
              dir="ltr"
              value={value}
              onChange={(event) => set(event.target.value)}
            />
          ))}
          <Field
            label={t("peer.count")}
            hint={t("peer.countHint")}
            type="number"
            min={0}
            max={MOST_REVIEWS}
            dir="ltr"
            value={peers}
            onChange={(event) => setPeers(event.target.value)}
          />
          <Field
            label={t("book.category")}
            hint={t("book.categoryHint")}
            dir="auto"
            value={category}
            onChange={(event) => setCategory(event.target.value)}
          />
        </div>
        <LateFields form={late} onChange={setLate} />
        <Area
          label={t("work.rubric")}
          hint={t("work.rubricHint")}
          rows={3}
          value={rubric}
          onChange={(event) => setRubric(event.target.value)}
        />
        <FormProblem text={problem} />
        <div className="row end">
          <button type="submit" className="button primary" disabled={busy}>
            {t("build.publish")}
          </button>
        </div>
      </form>
    </div>
  );
}
