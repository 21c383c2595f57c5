/** Saving, saved, offline: what may truthfully be said about everything written here. */

import { CircleAlert, CloudCheck, CloudOff, LoaderCircle } from "lucide-react";
import { useI18n } from "../i18n/provider";
import { useStore } from "../ui/useStore";
import { useRoom } from "./room";

const ICONS = {
  saved: CloudCheck,
  saving: LoaderCircle,
  storage: CircleAlert,
  offline: CloudOff,
  "offline-unsaved": CloudOff,
  refused: CircleAlert,
} as const;

export function SavingChip() {
  const { session } = useRoom();
  const { t } = useI18n();
  const saving = useStore(session.documents.saving);
  const storage = useStore(session.storage);
  const shown = saving === "saving" && !storage ? "storage" : saving;
  const Icon = ICONS[shown];
  return (
    <p className={`chip ${shown}`} data-testid="saving" data-saving={saving}>
      <Icon aria-hidden />
      <span className="chip-text">{t(`saving.${shown}`)}</span>
    </p>
  );
}
