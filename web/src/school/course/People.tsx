/** Who takes part in a course, for its staff. */

import { Avatar } from "../../ui/Avatar";
import { list } from "../api";
import { Ready } from "../parts";
import type { Enrolment } from "../shapes";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import type { Here } from "./CoursePage";

export function People({ here }: { here: Here }) {
  const { t, lang } = useTexts();
  const { loaded, again } = useLoaded(`people ${here.course.id}`, () =>
    list<Enrolment>(`/courses/${here.course.id}/enrolments`),
  );
  return (
    <section className="stack">
      <h2>{t("course.people")}</h2>
      <Ready of={loaded} again={again}>
        {(people) => (
          <ul className="people-list">
            {[...people]
              .filter(({ status }) => status === "active")
              .sort((a, b) => a.name.localeCompare(b.name, lang))
              .map((one) => (
                <li key={one.id} className="person-line">
                  <Avatar user={one.person_id} name={one.name} />
                  <bdi className="person-name grow">{one.name}</bdi>
                  <span className="badge">{t(`roles.${one.role}`)}</span>
                </li>
              ))}
          </ul>
        )}
      </Ready>
    </section>
  );
}
