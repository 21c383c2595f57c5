/** Peer review for staff: start it, follow it, make marks of it, and give them back. */

import { Users } from "lucide-react";
import { useState } from "react";
import { useToast } from "../../../ui/Toasts";
import { get, send } from "../../api";
import type { Here } from "../../course/here";
import { FormProblem, Go, Ready, Working } from "../../parts";
import { Sure } from "../../Sure";
import { useTexts } from "../../texts";
import { useLoaded } from "../../useLoaded";
import { useSend } from "../../useSend";
import type { Assignment, SubmissionHead, Verdict } from "../shapes";

interface Props {
  here: Here;
  assignment: Assignment;
  heads: SubmissionHead[];
  /** The assignment or its submissions changed. */
  again(): void;
}

export function PeerDesk(props: Props) {
  const { t } = useTexts();
  const { assignment } = props;
  if (assignment.peer_reviews === 0) return null;
  return (
    <section className="stack tight">
      <h2 className="with-icon">
        <Users aria-hidden /> {t("peer.title")}
      </h2>
      {assignment.peers_assigned_at === null ? <Start {...props} /> : <Follow {...props} />}
    </section>
  );
}

function Start({ assignment, heads, again }: Props) {
  const { t } = useTexts();
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const start = async (): Promise<void> => {
    const { reviews } = await send<{ reviews: number }>("POST", `/assignments/${assignment.id}/peer-reviews`);
    toast(t("peer.started", { count: reviews }));
    again();
  };
  return (
    <>
      <p>{t("peer.each", { count: assignment.peer_reviews })}</p>
      <p className="quiet small">{t("peer.startHint")}</p>
      <div>
        <button type="button" className="button primary" onClick={() => setOpen(true)}>
          {t("peer.start")}
        </button>
      </div>
      {open && (
        <Sure title={t("peer.start")} action={t("peer.start")} work={start} onClose={() => setOpen(false)}>
          {t("peer.startSure", { count: heads.length })}
        </Sure>
      )}
    </>
  );
}

function Follow(props: Props) {
  const { t, number } = useTexts();
  const toast = useToast();
  const { assignment, heads, again } = props;
  const path = `/assignments/${assignment.id}/peer-verdicts`;
  const { loaded, again: reload } = useLoaded(`${path} ${assignment.version}`, () => get<Verdict[]>(path));
  const { busy, problem, run } = useSend();
  const waiting = heads.filter(({ status, graded_at }) => status === "submitted" && graded_at !== null);
  const apply = (): void =>
    run(async () => {
      const { graded, left } = await send<{ graded: number; left: number }>("POST", path);
      toast(t("peer.applied", { graded: number(graded), left: number(left) }));
      again();
      reload();
    });
  const giveBack = (): void =>
    run(async () => {
      for (const { id, version } of waiting) await send("POST", `/submissions/${id}/return`, undefined, version);
      toast(t("work.returned"));
      again();
    });
  return (
    <>
      <p className="quiet small">{t("peer.calibrate")}</p>
      <Ready of={loaded} again={reload}>
        {(verdicts) => <Verdicts {...props} verdicts={verdicts} />}
      </Ready>
      <FormProblem text={problem} />
      <Working busy={busy} />
      <div className="row">
        <button type="button" className="button primary" disabled={busy} onClick={apply}>
          {t("peer.apply")}
        </button>
        {waiting.length > 0 && (
          <button type="button" className="button" disabled={busy} onClick={giveBack}>
            {t("peer.return", { count: waiting.length })}
          </button>
        )}
      </div>
    </>
  );
}

function Verdicts({ here, assignment, heads, verdicts }: Props & { verdicts: Verdict[] }) {
  const { t, number, percent } = useTexts();
  return (
    <div className="book" role="region" aria-label={t("peer.title")} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("grades.person")}</th>
            <th scope="col">{t("peer.reviews")}</th>
            <th scope="col">{t("peer.comesTo")}</th>
            <th scope="col">{t("peer.spread")}</th>
            <th scope="col">{t("mark.points")}</th>
          </tr>
        </thead>
        <tbody>
          {verdicts.map((one) => {
            const head = heads.find(({ id }) => id === one.submission_id);
            return (
              <tr key={one.submission_id}>
                <th scope="row">
                  <Go to={`/courses/${here.course.id}/submissions/${one.submission_id}`} className="text-link">
                    <bdi>{head?.name ?? "…"}</bdi>
                  </Go>
                </th>
                <td>{t("peer.done", { done: number(one.reviews), wanted: number(assignment.peer_reviews) })}</td>
                <td>{one.share === null ? "–" : percent(one.share)}</td>
                <td>{one.reviews < 2 ? "–" : percent(one.spread)}</td>
                <td>
                  <Standing head={head} verdict={one} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Standing({ head, verdict }: { head: SubmissionHead | undefined; verdict: Verdict }) {
  const { t, points } = useTexts();
  if (head !== undefined && head.score !== null) return <span className="score">{points(head.score)}</span>;
  return verdict.needs_person ? <span className="badge warm">{t("peer.look")}</span> : "–";
}
