/** The live classes of a course: the way in, and for staff planning, opening and ending them. */

import { CalendarPlus, ClipboardCheck, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useToast } from "../../ui/Toasts";
import { send } from "../api";
import type { Here } from "../course/here";
import { Go } from "../parts";
import { JoinClass } from "../Schedule";
import type { ClassShown } from "../shapes";
import { Sure } from "../Sure";
import { useTexts } from "../texts";
import { ClassDialog } from "./ClassDialog";

type Asked = { what: "plan"; id: string | null } | { what: "end" | "delete"; one: ClassShown };

export function Classes({ here, classes, again }: { here: Here; classes: ClassShown[]; again(): void }) {
  const { t } = useTexts();
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = (): void => setAsked(null);
  // An assistant opens and ends classes, and plans none.
  const plans = here.staff && here.course.role !== "assistant";
  if (classes.length === 0 && !plans) return null;
  return (
    <section className="stack">
      <div className="page-head">
        <h2>{t("course.classes")}</h2>
        {plans && (
          <button type="button" className="button" onClick={() => setAsked({ what: "plan", id: null })}>
            <CalendarPlus aria-hidden /> <span>{t("plan.new")}</span>
          </button>
        )}
      </div>
      <ul className="stack tight">
        {classes.map((one) => (
          <li key={one.id} className="card line-card">
            <div className="grow">
              <h3 dir="auto">{one.title}</h3>
              <Go to="/schedule" className="quiet small">
                {t("course.times")}
              </Go>
            </div>
            {here.staff && <OpenOrEnd one={one} again={again} onEnd={() => setAsked({ what: "end", one })} />}
            {(one.open || !here.staff) && <JoinClass id={one.id} title={one.title} open={one.open} />}
            {here.staff && (
              <Go
                to={`/courses/${here.course.id}/classes/${one.id}`}
                className="icon-button"
                aria-label={t("came.of", { title: one.title })}
              >
                <ClipboardCheck aria-hidden />
              </Go>
            )}
            {plans && (
              <span className="part-tools">
                <button
                  type="button"
                  className="icon-button"
                  aria-label={t("build.editOf", { title: one.title })}
                  onClick={() => setAsked({ what: "plan", id: one.id })}
                >
                  <Pencil aria-hidden />
                </button>
                <button
                  type="button"
                  className="icon-button"
                  aria-label={t("write.delete", { title: one.title })}
                  onClick={() => setAsked({ what: "delete", one })}
                >
                  <Trash2 aria-hidden />
                </button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {asked?.what === "plan" && <ClassDialog course={here.course.id} id={asked.id} onDone={again} onClose={close} />}
      {asked?.what === "end" && (
        <Sure
          danger
          title={t("plan.endOf", { title: asked.one.title })}
          action={t("plan.endDo")}
          work={() => send("POST", `/classes/${asked.one.id}/end`).then(again)}
          onClose={close}
        >
          {t("plan.endSure")}
        </Sure>
      )}
      {asked?.what === "delete" && (
        <Sure
          danger
          title={t("write.delete", { title: asked.one.title })}
          action={t("write.deleteDo")}
          work={() => send("DELETE", `/classes/${asked.one.id}`).then(again)}
          onClose={close}
        >
          {t("plan.deleteSure")}
        </Sure>
      )}
    </section>
  );
}

function OpenOrEnd({ one, again, onEnd }: { one: ClassShown; again(): void; onEnd(): void }) {
  const { t, problem } = useTexts();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const open = (): void => {
    setBusy(true);
    send("POST", `/classes/${one.id}/open`)
      .then(again, (error: unknown) => toast(problem(error)))
      .finally(() => setBusy(false));
  };
  return one.open ? (
    <button type="button" className="button" aria-label={t("plan.endOf", { title: one.title })} onClick={onEnd}>
      {t("plan.end")}
    </button>
  ) : (
    <button type="button" className="button primary" aria-label={t("plan.openOf", { title: one.title })} disabled={busy} onClick={open}>
      {t("plan.open")}
    </button>
  );
}
