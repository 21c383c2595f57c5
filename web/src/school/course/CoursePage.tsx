/** One course: its parts as tabs, each an address of its own. */

import { lazy, Suspense } from "react";
import { get } from "../api";
import { Go, Heading, Ready } from "../parts";
import type { Course, Me } from "../shapes";
import { isStaff } from "../shapes";
import type { SchoolKey } from "../texts";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { BookSettings } from "../grades/BookSettings";
import { Attendance } from "../classes/Attendance";
import { Grades } from "../grades/Grades";
import { AnalysisPage } from "../quiz/Analysis";
import { QuizPage } from "../quiz/QuizPage";
import { Quizzes } from "../quiz/Quizzes";
import { ResultPage } from "../quiz/Result";
import { TakeQuiz } from "../quiz/TakeQuiz";
import { ItemBank } from "../teach/ItemBank";
import { ItemEditor } from "../teach/ItemEditor";
import { QuizEditor } from "../teach/QuizEditor";
import { AssignmentEditor } from "../work/AssignmentEditor";
import { AssignmentPage } from "../work/AssignmentPage";
import { Assignments } from "../work/Assignments";
import { MarkPage } from "../work/MarkPage";
import { ReviewPage } from "../work/peers/ReviewPage";
import { Contents } from "./Contents";
import { ContentsEditor } from "./edit/ContentsEditor";
import { PageEditor } from "./edit/PageEditor";
import type { Here } from "./here";
import { LearningPath } from "./LearningPath";
import { PageView } from "./PageView";
import { People } from "./People";

/** Replays documents, so it brings all that reads them; loaded when asked for. */
const DocumentPage = lazy(() => import("../work/document/DocumentPage"));

interface Tab {
  name: string;
  text: SchoolKey;
  shown(here: Here): boolean;
  view(here: Here): React.ReactNode;
}

const always = (): boolean => true;
const studentOnly = ({ course }: Here): boolean => course.role === "student";
const staffOnly = ({ staff }: Here): boolean => staff;

/** In the order they are shown; the first is the course's own address. */
const TABS: readonly Tab[] = [
  { name: "", text: "course.contents", shown: always, view: (here) => <Contents here={here} /> },
  { name: "path", text: "path.title", shown: studentOnly, view: (here) => <LearningPath here={here} /> },
  { name: "quizzes", text: "course.quizzes", shown: always, view: (here) => <Quizzes here={here} /> },
  { name: "assignments", text: "course.assignments", shown: always, view: (here) => <Assignments here={here} /> },
  { name: "grades", text: "course.grades", shown: always, view: (here) => <Grades here={here} /> },
  { name: "items", text: "course.items", shown: staffOnly, view: (here) => <ItemBank here={here} /> },
  { name: "people", text: "course.people", shown: staffOnly, view: (here) => <People here={here} /> },
];

export function CoursePage({ id, path, me }: { id: string; path: readonly string[]; me: Me }) {
  const { loaded, again } = useLoaded(`course ${id}`, () => get<Course>(`/courses/${encodeURIComponent(id)}`));
  return (
    <Ready of={loaded} again={again}>
      {(course) => {
        const staff = isStaff(course.role) || me.roles.includes("administrator");
        return <Inside here={{ course, me, staff, path }} />;
      }}
    </Ready>
  );
}

/** A page that stands alone, without the tabs; null: none of them is asked for. */
function pageOf(here: Here): React.ReactNode {
  const [part, id, action] = here.path;
  if (id === undefined) return null;
  switch (part) {
    case "contents":
      return here.staff ? <ContentsEditor here={here} /> : null;
    case "modules":
      return here.staff && action === "new-page" ? <PageEditor here={here} module={id} /> : null;
    case "pages":
      return here.staff && action === "edit" ? <PageEditor here={here} id={id} /> : <PageView here={here} id={id} />;
    case "classes":
      return here.staff ? <Attendance here={here} id={id} /> : null;
    case "grades":
      return here.staff ? <BookSettings here={here} /> : null;
    case "attempts":
      return <TakeQuiz key={id} here={here} id={id} />;
    case "results":
      return <ResultPage key={id} here={here} id={id} />;
    case "items":
      return here.staff ? <ItemEditor here={here} id={id} /> : null;
    case "quizzes":
      if (here.staff && (id === "new" || action === "edit")) return <QuizEditor here={here} id={id} />;
      if (here.staff && action === "analysis") return <AnalysisPage here={here} id={id} />;
      return <QuizPage key={id} here={here} id={id} />;
    case "assignments":
      if (here.staff && (id === "new" || action === "edit")) return <AssignmentEditor here={here} id={id} />;
      if (action === "reviews") return reviewOf(here, id);
      return <AssignmentPage key={id} here={here} id={id} />;
    case "submissions":
      return submissionOf(here, id);
    default:
      return null;
  }
}

function reviewOf(here: Here, assignment: string): React.ReactNode {
  const [, , , id, action] = here.path;
  if (id === undefined) return null;
  const back = `/courses/${here.course.id}/assignments/${assignment}/reviews/${id}`;
  if (action === "document") return <DocumentPage here={here} at={`/peer-reviews/${id}/document`} back={back} />;
  return <ReviewPage key={id} here={here} assignment={assignment} id={id} />;
}

function submissionOf(here: Here, id: string): React.ReactNode {
  const base = `/courses/${here.course.id}`;
  if (here.path[2] === "document") {
    const back = here.staff ? `${base}/submissions/${id}` : null;
    return <DocumentPage here={here} at={`/submissions/${id}/document`} submission={id} back={back} />;
  }
  return here.staff ? <MarkPage key={id} here={here} id={id} /> : null;
}

function Inside({ here }: { here: Here }) {
  const { t } = useTexts();
  const { course, path } = here;
  const base = `/courses/${course.id}`;
  const alone = pageOf(here);
  if (alone !== null) return <Suspense fallback={<p role="status">{t("app.loading")}</p>}>{alone}</Suspense>;
  const tabs = TABS.filter((tab) => tab.shown(here));
  const current = tabs.find(({ name }) => name === (path[0] ?? "")) ?? tabs[0];
  return (
    <article className="stack">
      <header className="stack tight">
        <div className="row">
          {course.code !== null && <bdi className="quiet small">{course.code}</bdi>}
          {course.role !== null && <span className="badge open">{t(`roles.${course.role}`)}</span>}
          {course.status !== "published" && <span className="badge">{t(`courses.${course.status}`)}</span>}
        </div>
        <Heading title={course.title}>
          <span dir="auto" lang={course.language}>
            {course.title}
          </span>
        </Heading>
      </header>
      <nav className="course-tabs" aria-label={t("course.parts")}>
        <ul>
          {tabs.map(({ name, text }) => (
            <li key={name}>
              <Go
                to={name === "" ? base : `${base}/${name}`}
                className="course-tab"
                aria-current={name === current?.name ? "page" : undefined}
              >
                {t(text)}
              </Go>
            </li>
          ))}
        </ul>
      </nav>
      {current?.view(here)}
    </article>
  );
}
