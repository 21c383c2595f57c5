/** The courses somebody takes part in. */

import type { SyntheticEvent } from "react";
import { useState } from "react";
import { go } from "../../pages/routes";
import { Dialog } from "../../ui/Dialog";
import { list, send } from "../api";
import { Area, Field, FormProblem, Go, Heading, Ready } from "../parts";
import type { Course, Me } from "../shapes";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { placeOf, useReturn } from "../useReturn";
import { useSend } from "../useSend";
import { DeletedCourses } from "./DeletedCourses";
import { OtherCourses } from "./OtherCourses";
import { Results } from "./search/Results";
import { wordsIn } from "./search/search";
import { SearchBox } from "./search/SearchBox";

export function Courses({ me }: { me: Me }) {
  const { t } = useTexts();
  const admin = me.roles.includes("administrator");
  const { loaded, again } = useLoaded("courses", () => list<Course>(`/courses?scope=${admin ? "all" : "mine"}`));
  const returns = useReturn();
  const [making, setMaking] = useState(false);
  const may = admin || me.roles.includes("teacher");
  const words = wordsIn(window.location.search);
  const back = (id: string): void => {
    returns(id);
    again();
  };
  return (
    <section className="stack">
      <div className="page-head">
        <div>
          <p className="quiet">
            <bdi>{me.institution_name}</bdi>
          </p>
          <Heading title={t("school.courses")}>{t(admin ? "courses.all" : "courses.mine")}</Heading>
        </div>
        {may && (
          <button type="button" className="button" onClick={() => setMaking(true)}>
            {t("courses.new")}
          </button>
        )}
      </div>
      <SearchBox words={words} />
      <Ready of={loaded} again={again}>
        {(courses) => (words === "" ? <Cards courses={courses} /> : <Results words={words} courses={courses} />)}
      </Ready>
      {words === "" && me.roles.includes("student") && <OtherCourses />}
      {words === "" && admin && <DeletedCourses onBack={back} />}
      {making && <NewCourse onClose={() => setMaking(false)} />}
    </section>
  );
}

function Cards({ courses }: { courses: Course[] }) {
  const { t } = useTexts();
  if (courses.length === 0) return <p className="quiet">{t("courses.none")}</p>;
  return (
    <ul className="course-cards">
      {courses.map((course) => (
        <li key={course.id} className="card course-card">
          <div className="row">
            {course.code !== null && <bdi className="quiet small">{course.code}</bdi>}
            {course.role !== null && <span className="badge open">{t(`roles.${course.role}`)}</span>}
            {course.status !== "published" && <span className="badge">{t(`courses.${course.status}`)}</span>}
          </div>
          <h2>
            <Go id={placeOf(course.id)} to={`/courses/${course.id}`} dir="auto" lang={course.language}>
              {course.title}
            </Go>
          </h2>
          <p dir="auto" lang={course.language}>
            {course.summary}
          </p>
        </li>
      ))}
    </ul>
  );
}

function NewCourse({ onClose }: { onClose(): void }) {
  const { t, lang } = useTexts();
  const [title, setTitle] = useState("");
  const [summary, setSummary] = useState("");
  const { busy, problem, say, run } = useSend();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (title.trim() === "") return say(t("courses.titleMissing"));
    run(async () => {
      const course = await send<Course>("POST", "/courses", { title: title.trim(), summary, language: lang });
      go(`/courses/${course.id}`);
    });
  };
  return (
    <Dialog title={t("courses.new")} onClose={onClose}>
      <form className="stack" onSubmit={submit} noValidate>
        <Field label={t("courses.title")} dir="auto" value={title} onChange={(event) => setTitle(event.target.value)} />
        <Area label={t("courses.summary")} rows={3} value={summary} onChange={(event) => setSummary(event.target.value)} />
        <FormProblem text={problem} />
        <div className="row end">
          <button type="button" className="button" onClick={onClose}>
            {t("class.cancel")}
          </button>
          <button type="submit" className="button primary" disabled={busy}>
            {t("doc.create")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
