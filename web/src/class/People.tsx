/** Who is here, who raised a hand, and what staff may do about it. */

import { Crown, Eye, Hand, HandHelping, Settings2, UserRound } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../i18n/provider";
import { RecordingsLink, StageControls, WaitingPeople } from "../media/StageControls";
import type { Member, Role } from "../protocol/frames";
import { headCount, nextRosterPage } from "../room/classroom";
import { isStaff } from "../room/roles";
import { Avatar } from "../ui/Avatar";
import { MemberDialog } from "./MemberDialog";
import { useAsk, useRoom } from "./room";

const RANK: Record<Role, number> = { teacher: 0, assistant: 1, student: 2, observer: 3 };
const ROLE_ICONS = { teacher: Crown, assistant: HandHelping, student: UserRound, observer: Eye } as const;
const PAGE = 100;

export function People() {
  const { classroom, me } = useRoom();
  const { t } = useI18n();
  const [managed, setManaged] = useState<string | null>(null);
  const managedMember = classroom.members.find((member) => member.user === managed);
  return (
    <div className="people">
      {isStaff(me.role) && <WaitingPeople />}
      <HandsQueue />
      <h3 className="panel-heading">{t("people.roster")}</h3>
      <p className="quiet">{t("people.count", { count: headCount(classroom) })}</p>
      <ul className="roster">
        {inRosterOrder(classroom.members).map((member) => (
          <MemberRow
            key={member.user}
            member={member}
            raised={classroom.hands.some((hand) => hand.user === member.user)}
            onManage={isStaff(me.role) && member.user !== me.user ? () => setManaged(member.user) : null}
          />
        ))}
      </ul>
      <MorePeople />
      {isStaff(me.role) && <StageControls />}
      <RecordingsLink />
      {managedMember && <MemberDialog member={managedMember} onClose={() => setManaged(null)} />}
    </div>
  );
}

function HandsQueue() {
  const { classroom, me } = useRoom();
  const { t, time, number } = useI18n();
  const ask = useAsk();
  const staff = isStaff(me.role);
  const { hands } = classroom;
  return (
    <section className="hands" aria-label={t("people.hands")}>
      <div className="panel-heading-row">
        <h3 className="panel-heading">{t("people.hands")}</h3>
        {staff && hands.length > 1 && (
          <button type="button" className="text-button" onClick={() => ask(["lower-hand", ""], "lower-all")}>
            {t("people.lowerAll")}
          </button>
        )}
      </div>
      {hands.length === 0 ? (
        <p className="quiet">{t("people.noHands")}</p>
      ) : (
        <ol className="hand-list">
          {hands.map((hand, place) => (
            <li key={hand.user} className="hand-row">
              <span className="hand-place" aria-hidden="true">
                {number(place + 1)}
              </span>
              <span className="grow">
                <bdi className="person-name">{hand.name}</bdi>
                <span className="quiet small">{t("people.since", { time: time(hand.at) })}</span>
              </span>
              {staff && (
                <button
                  type="button"
                  className="button small-button"
                  aria-label={t("people.lowerOne", { name: hand.name })}
                  onClick={() => ask(["lower-hand", hand.user], `lower.${hand.user}`)}
                >
                  {t("people.lowerShort")}
                </button>
              )}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function MemberRow({ member, raised, onManage }: { member: Member; raised: boolean; onManage: (() => void) | null }) {
  const { me } = useRoom();
  const { t } = useI18n();
  const Icon = ROLE_ICONS[member.role];
  return (
    <li className="member">
      <Avatar user={member.user} name={member.name} />
      <span className="grow">
        <span className="person-name">
          <bdi>{member.name}</bdi>
          {member.user === me.user && <span className="quiet"> ({t("class.you")})</span>}
        </span>
        <span className="quiet small with-icon">
          <Icon aria-hidden /> {t(`role.${member.role}`)}
        </span>
      </span>
      {raised && <Hand className="raised" role="img" aria-label={t("people.hands")} />}
      {onManage && (
        <button
          type="button"
          className="icon-button"
          aria-label={t("people.manage", { name: member.name })}
          onClick={onManage}
        >
          <Settings2 aria-hidden />
        </button>
      )}
    </li>
  );
}

/** A large room sends its staff at once and everybody else a page at a time. */
function MorePeople() {
  const { classroom } = useRoom();
  const { t } = useI18n();
  const ask = useAsk();
  const next = nextRosterPage(classroom);
  if (next === null) return null;
  return (
    <button type="button" className="button wide" onClick={() => ask(["roster-page", next, PAGE], `roster.${next}`)}>
      {t("people.showMore")}
    </button>
  );
}

function inRosterOrder(members: Member[]): Member[] {
  return [...members].sort((a, b) => RANK[a.role] - RANK[b.role] || a.name.localeCompare(b.name));
}
