/** One course: its parts as tabs, each an address of its own. */

import { get } from "../api";
import { Go, Heading, Ready } from "../parts";
import type { Course, Me } from "../shapes";
import { isStaff } from "../shapes";
import type { SchoolKey } from "../../i18n/school.en";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { Contents } from "./Contents";
import { PageView } from "./PageView";
import { People } from "./People";

export interface Here {
  course: Course;
  me: Me;
  /** Teachers and assistants of the course, and administrators. */
  staff: boolean;
  /** What follows the course in the address. */
  path: readonly string[];
}

interface Tab {
  name: string;
  text: SchoolKey;
  shown(here: Here): boolean;
  view(here: Here): React.ReactNode;
}

const always = (): boolean => true;
const staffOnly = ({ staff }: Here): boolean => staff;

/** In the order they are shown; the first is the course's own address. */
const TABS: readonly Tab[] = [
  { name: "", text: "course.contents", shown: always, view: (here) => <Contents here={here} /> },
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

function Inside({ here }: { here: Here }) {
  const { t } = useTexts();
  const { course, path } = here;
  const base = `/courses/${course.id}`;
  if (path[0] === "pages" && path[1] !== undefined) return <PageView here={here} id={path[1]} />;
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
