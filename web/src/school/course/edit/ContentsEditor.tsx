/** What a course is made of, being written: the course itself, its modules and pages in their order, its files. */

import { Eye, EyeOff } from "lucide-react";
import type { SyntheticEvent } from "react";
import { useState } from "react";
import { useToast } from "../../../ui/Toasts";
import { get, list, send } from "../../api";
import { Area, Check, Field, FormProblem, Go, Heading, Ready, Working } from "../../parts";
import type { Course } from "../../shapes";
import { useTexts } from "../../texts";
import { useLoaded } from "../../useLoaded";
import { useSend } from "../../useSend";
import type { Here } from "../here";
import { loadContent } from "../load";
import type { DeletedPart } from "./deleted";
import { DeletedParts } from "./DeletedParts";
import { FilesEditor } from "./FilesEditor";
import { ModulesEditor } from "./ModulesEditor";
import { Undo } from "./Undo";
import { useWayBack } from "./useWayBack";

export function ContentsEditor({ here }: { here: Here }) {
  const { t } = useTexts();
  const { id } = here.course;
  const { loaded, again } = useLoaded(`write ${id}`, async () => {
    const [course, content, deleted] = await Promise.all([
      get<Course>(`/courses/${id}`),
      loadContent(id),
      list<DeletedPart>(`/courses/${id}/deleted`),
    ]);
    return { course, content, deleted };
  });
  const { last, remove, restore, forget } = useWayBack(id, again);
  return (
    <div className="stack reading wide-gap">
      <div className="stack">
        <Go to={`/courses/${id}`} className="text-button">
          <span>{t("course.backTo")}</span> <bdi>{here.course.title}</bdi>
        </Go>
        <Heading title={t("write.title")}>{t("write.title")}</Heading>
      </div>
      <Ready of={loaded} again={again}>
        {({ deleted, ...value }) => (
          <>
            {here.course.role !== "assistant" && <CourseFields key={`${value.course.title}\n${value.course.summary}\n${value.course.listed}`} course={value.course} again={again} />}
            <ModulesEditor {...value} again={again} remove={remove} />
            <FilesEditor {...value} again={again} remove={remove} />
            <DeletedParts deleted={deleted} modules={value.content.modules} restore={restore} />
          </>
        )}
      </Ready>
      {last !== null && <Undo key={last.id} title={last.title} undo={() => restore(last)} onClose={forget} />}
    </div>
  );
}

/** Its title, what it is about, and whether students see it. */
function CourseFields({ course, again }: { course: Course; again(): void }) {
  const { t } = useTexts();
  const toast = useToast();
  const [title, setTitle] = useState(course.title);
  const [summary, setSummary] = useState(course.summary);
  const [listed, setListed] = useState(course.listed);
  const { busy, problem, say, run } = useSend();
  const published = course.status === "published";
  const change = (body: object, said: string): void =>
    run(async () => {
      await send("PATCH", `/courses/${course.id}`, body, course.version);
      toast(said);
      again();
    });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (title.trim() === "") return say(t("courses.titleMissing"));
    change({ title: title.trim(), summary, listed }, t("item.kept"));
  };
  return (
    <form className="card stack" onSubmit={submit} noValidate>
      <div className="row spread">
        <h2>{t("write.course")}</h2>
        <span className={`badge ${published ? "open" : ""}`}>{t(`courses.${course.status}`)}</span>
      </div>
      <Field label={t("courses.title")} dir="auto" value={title} onChange={(event) => setTitle(event.target.value)} />
      <Area label={t("courses.summary")} rows={2} value={summary} onChange={(event) => setSummary(event.target.value)} />
      <Check label={t("write.listed")} checked={listed} onChange={setListed} />
      <FormProblem text={problem} />
      <Working busy={busy} />
      <div className="row end">
        <button
          type="button"
          className="button"
          disabled={busy}
          onClick={() => change({ status: published ? "draft" : "published" }, t(published ? "write.hidden" : "build.published"))}
        >
          {published ? <EyeOff aria-hidden /> : <Eye aria-hidden />}{" "}
          <span>{t(published ? "write.hideCourse" : "write.publishCourse")}</span>
        </button>
        <button type="submit" className="button primary" disabled={busy}>
          {t("item.keep")}
        </button>
      </div>
    </form>
  );
}
