/** What staff may do about one person: their role, their hand, their stay. */

import { useState } from "react";
import { useI18n } from "../i18n/provider";
import type { Member, Role } from "../protocol/frames";
import { Dialog } from "../ui/Dialog";
import { useAsk, useRoom } from "./room";

const GIVEN_ROLES: readonly Role[] = ["assistant", "student", "observer"];

export function MemberDialog({ member, onClose }: { member: Member; onClose(): void }) {
  const { classroom } = useRoom();
  const { t } = useI18n();
  const ask = useAsk();
  const [sure, setSure] = useState(false);
  const raised = classroom.hands.some((hand) => hand.user === member.user);
  const act = (...command: Parameters<typeof ask>): void => {
    ask(...command);
    onClose();
  };
  return (
    <Dialog title={member.name} onClose={onClose}>
      <div className="stack">
        {raised && (
          <button
            type="button"
            className="button wide"
            onClick={() => act(["lower-hand", member.user], `lower.${member.user}`)}
          >
            {t("people.lowerOne", { name: member.name })}
          </button>
        )}
        {GIVEN_ROLES.filter((role) => role !== member.role).map((role) => (
          <button
            key={role}
            type="button"
            className="button wide"
            onClick={() => act(["set-role", member.user, role], `role.${member.user}`)}
          >
            {t("people.makeRole", { role: t(`role.${role}`) })}
          </button>
        ))}
        {sure ? (
          <>
            <p role="alert">{t("people.removeSure", { name: member.name })}</p>
            <button type="button" className="button danger wide" onClick={() => act(["remove", member.user])}>
              {t("people.remove")}
            </button>
          </>
        ) : (
          <button type="button" className="button danger-quiet wide" onClick={() => setSure(true)}>
            {t("people.remove")}
          </button>
        )}
      </div>
    </Dialog>
  );
}
