/** Who came to a class: as the room saw it, or as staff say. */

import { useState } from "react";
import { useAnnounce } from "../../ui/Announcer";
import { get, list, send } from "../api";
import type { Here } from "../course/here";
import { FormProblem, Go, Heading, Ready, Select, Working } from "../parts";
import type { ClassShown } from "../shapes";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { useSend } from "../useSend";

const STATUSES = ["present", "late", "absent", "excused"] as const;
type Status = (typeof STATUSES)[number];

interface Meeting {
  id: string;
  opened_at: string;
  ended_at: string | null;
}

interface Attended {
  person_id: string;
  name: string;
  status: Status;
  /** Whether staff said so. */
  marked: boolean;
  /** In the room, as it saw. */
  seconds: number;
}

export function Attendance({ here, id }: { here: Here; id: string }) {
  const { t, moment } = useTexts();
  const { loaded, again } = useLoaded(`meetings ${id}`, async () => {
    const [one, meetings] = await Promise.all([get<ClassShown>(`/classes/${id}`), list<Meeting>(`/classes/${id}/meetings`)]);
    return { one, meetings: meetings.sort((a, b) => b.opened_at.localeCompare(a.opened_at)) };
  });
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <article className="stack reading">
      <Go to={`/courses/${here.course.id}`} className="text-button">
        <span>{t("course.backTo")}</span> <bdi>{here.course.title}</bdi>
      </Go>
      <Ready of={loaded} again={again}>
        {({ one, meetings }) => {
          const meeting = chosen ?? meetings[0]?.id ?? null;
          return (
            <>
              <Heading title={t("came.title")}>{t("came.of", { title: one.title })}</Heading>
              {meeting === null ? (
                <p className="quiet">{t("came.never")}</p>
              ) : (
                <>
                  <div className="short-field">
                    <Select label={t("came.meeting")} value={meeting} onChange={(event) => setChosen(event.target.value)}>
                      {meetings.map(({ id: key, opened_at, ended_at }) => (
                        <option key={key} value={key}>
                          {ended_at === null ? t("came.now", { time: moment(opened_at) }) : moment(opened_at)}
                        </option>
                      ))}
                    </Select>
                  </div>
                  <Sheet key={meeting} path={`/classes/${id}/meetings/${meeting}/attendance`} />
                </>
              )}
            </>
          );
        }}
      </Ready>
    </article>
  );
}

function Sheet({ path }: { path: string }) {
  const { t, number } = useTexts();
  const announce = useAnnounce();
  const { loaded, again } = useLoaded(path, () => get<Attended[]>(path));
  const { busy, problem, run } = useSend();
  const mark = (person: Attended, status: Status): void =>
    run(async () => {
      await send("PUT", `${path}/${person.person_id}`, { status });
      announce(t("came.marked", { name: person.name, status: t(`came.${status}`) }));
      again();
    });
  return (
    <>
      <p className="quiet small">{t("came.hint")}</p>
      <FormProblem text={problem} />
      <Working busy={busy} />
      <Ready of={loaded} again={again}>
        {(people) =>
          people.length === 0 ? (
            <p className="quiet">{t("came.nobody")}</p>
          ) : (
            <div className="book" role="region" aria-label={t("came.title")} tabIndex={0}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{t("grades.person")}</th>
                    <th scope="col">{t("came.minutes")}</th>
                    <th scope="col">{t("came.title")}</th>
                  </tr>
                </thead>
                <tbody>
                  {people.map((person) => (
                    <tr key={person.person_id}>
                      <th scope="row">
                        <bdi>{person.name}</bdi>
                      </th>
                      <td>{number(Math.round(person.seconds / 60))}</td>
                      <td>
                        <select
                          aria-label={t("came.howOf", { name: person.name })}
                          value={person.status}
                          disabled={busy}
                          onChange={(event) => mark(person, event.target.value as Status)}
                        >
                          {STATUSES.map((status) => (
                            <option key={status} value={status}>
                              {t(`came.${status}`)}
                            </option>
                          ))}
                        </select>
                        {person.marked && <span className="quiet small block">{t("came.byStaff")}</span>}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Ready>
    </>
  );
}
