/** Those a guardian answers for: consent given and withdrawn, and the data there is of them. */

import { useState } from "react";
import { Problem } from "../../room/tickets";
import { useAnnounce } from "../../ui/Announcer";
import { Avatar } from "../../ui/Avatar";
import { get, send } from "../api";
import { FormProblem, Ready } from "../parts";
import { Sure } from "../Sure";
import type { SchoolTexts } from "../texts";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { useSend } from "../useSend";
import { ExportFile } from "./OwnData";
import { Part } from "./Part";
import type { Account, Consent, Named } from "./shapes";

interface Ward {
  person: Named;
  consent: Consent;
}

export function Wards({ me }: { me: Account }) {
  const { t } = useTexts();
  const { loaded, again } = useLoaded(`wards ${me.wards.join()}`, async () =>
    (await Promise.all(me.wards.map(wardOf))).filter((one) => one !== null),
  );
  return (
    <Part title={t("consent.wards")}>
      <Ready of={loaded} again={again}>
        {(all) => (
          <ul className="stack">
            {all.map((one) => (
              <WardCard key={one.person.id} {...one} me={me} again={again} />
            ))}
          </ul>
        )}
      </Ready>
    </Part>
  );
}

/** Null: they have left the school. */
async function wardOf(id: string): Promise<Ward | null> {
  try {
    const [person, consent] = await Promise.all([get<Named>(`/people/${id}`), get<Consent>(`/people/${id}/consent`)]);
    return { person, consent };
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

function WardCard({ person, consent, me, again }: Ward & { me: Account; again(): void }) {
  const texts = useTexts();
  const { t } = texts;
  const { name } = person;
  const announce = useAnnounce();
  const [asked, setAsked] = useState(false);
  const { busy, problem, run } = useSend();
  const decide = async (given: boolean): Promise<void> => {
    await send("PUT", `/people/${person.id}/consent`, { given });
    announce(t(given ? "consent.isGiven" : "consent.isWithdrawn", { name }));
    again();
  };
  return (
    <li className="ward stack tight">
      <div className="row">
        <Avatar user={person.id} name={name} />
        <h3>
          <bdi>{name}</bdi>
        </h3>
      </div>
      <p>{standing(texts, consent, me, name)}</p>
      {consent.needed && <p className="quiet">{t("consent.means", { name })}</p>}
      <FormProblem text={problem} />
      {consent.needed && (
        <div className="row">
          {/* One button that stays, so that the focus stays on it. */}
          <button
            type="button"
            className={`button ${consent.given ? "danger-quiet" : "primary"}`}
            aria-disabled={busy}
            onClick={() => (consent.given ? setAsked(true) : busy || run(() => decide(true)))}
          >
            {t(consent.given ? "consent.withdraw" : "consent.give", { name })}
          </button>
        </div>
      )}
      <ExportFile person={person} label={t("account.exportOf", { name })} />
      {asked && (
        <Sure
          title={t("consent.withdraw", { name })}
          action={t("consent.withdrawDo")}
          danger
          work={() => decide(false)}
          onClose={() => setAsked(false)}
        >
          {t("consent.withdrawSure", { name })}
        </Sure>
      )}
    </li>
  );
}

/** How it stands with the consent. */
function standing({ t, moment }: SchoolTexts, consent: Consent, me: Account, name: string): string {
  if (!consent.needed) return t("consent.notNeeded", { name });
  if (consent.decided_at === null) return t("consent.open");
  const time = moment(consent.decided_at);
  const mine = consent.guardian_id === me.id;
  if (consent.given) return t(mine ? "consent.givenByYou" : "consent.givenByOther", { time });
  return t(mine ? "consent.withdrawnByYou" : "consent.withdrawnByOther", { time });
}
