/** For the young: whether a guardian has consented, and who may. */

import { get, list } from "../api";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { Part } from "./Part";
import type { Account, Consent, Named } from "./shapes";

/** Nothing, for whoever decides alone. */
export function OwnConsent({ me }: { me: Account }) {
  const { t, lang, moment } = useTexts();
  const { loaded } = useLoaded(`consent ${me.id}`, async () => {
    const consent = await get<Consent>(`/people/${me.id}/consent`);
    return { consent, guardians: consent.needed ? await list<Named>(`/people/${me.id}/guardians`) : [] };
  });
  if (loaded.kind !== "ready" || !loaded.value.consent.needed) return null;
  const { consent, guardians } = loaded.value;
  const names = new Intl.ListFormat(lang, { type: "disjunction" }).format(guardians.map(({ name }) => name));
  return (
    <Part title={t("consent.title")}>
      {consent.given && consent.decided_at !== null ? (
        <p>{t("consent.givenToYou", { time: moment(consent.decided_at) })}</p>
      ) : (
        <p className="notice">{t("consent.waits")}</p>
      )}
      <p className="quiet">{guardians.length === 0 ? t("consent.noGuardian") : t("consent.guardians", { names })}</p>
    </Part>
  );
}
