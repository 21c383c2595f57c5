/** Who takes part in a course, for its staff: what each student gets beside the others, and how more people come in. */

import { Timer } from "lucide-react";
import { useState } from "react";
import { Avatar } from "../../ui/Avatar";
import { list } from "../api";
import { Ready } from "../parts";
import type { Enrolment } from "../shapes";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import type { Accommodation } from "./Accommodations";
import { AccommodationsDialog, accommodationWords } from "./Accommodations";
import type { Here } from "./here";
import { Invitations } from "./Invitations";

interface Loaded {
  people: Enrolment[];
  given: Accommodation[];
}

export function People({ here }: { here: Here }) {
  const { t, lang } = useTexts();
  const base = `/courses/${here.course.id}`;
  const { loaded, again } = useLoaded(`people ${here.course.id}`, async (): Promise<Loaded> => {
    const [people, given] = await Promise.all([
      list<Enrolment>(`${base}/enrolments`),
      list<Accommodation>(`${base}/accommodations`),
    ]);
    return { people, given };
  });
  const [edited, setEdited] = useState<string | null>(null);
  // An assistant sees who takes part, and invites nobody.
  const invites = here.course.role !== "assistant";
  return (
    <>
      <section className="stack">
        <h2>{t("course.people")}</h2>
        <Ready of={loaded} again={again}>
          {({ people, given }) => {
            const person = people.find(({ id }) => id === edited);
            return (
              <>
                <ul className="people-list">
                  {[...people]
                    .filter(({ status }) => status === "active")
                    .sort((a, b) => a.name.localeCompare(b.name, lang))
                    .map((one) => (
                      <Person key={one.id} person={one} given={of(given, one)} onEdit={() => setEdited(one.id)} />
                    ))}
                </ul>
                {person !== undefined && (
                  <AccommodationsDialog
                    course={here.course.id}
                    person={person}
                    given={of(given, person)}
                    again={again}
                    onClose={() => setEdited(null)}
                  />
                )}
              </>
            );
          }}
        </Ready>
      </section>
      {invites && <Invitations course={here.course.id} />}
    </>
  );
}

const of = (given: Accommodation[], { person_id }: Enrolment): Accommodation[] =>
  given.filter((one) => one.person_id === person_id);

function Person({ person, given, onEdit }: { person: Enrolment; given: Accommodation[]; onEdit(): void }) {
  const texts = useTexts();
  const { t } = texts;
  return (
    <li className="person-line">
      <Avatar user={person.person_id} name={person.name} />
      <span className="grow">
        <bdi className="person-name">{person.name}</bdi>
        {given.map((one) => (
          <span key={one.id} className="quiet small block">
            {accommodationWords(texts, one)}
          </span>
        ))}
      </span>
      <span className="badge">{t(`roles.${person.role}`)}</span>
      {person.role === "student" && (
        <button type="button" className="icon-button" aria-label={t("extra.open", { name: person.name })} onClick={onEdit}>
          <Timer aria-hidden />
        </button>
      )}
    </li>
  );
}
