/** Outside a class whose staff let people in one by one. */

import { DoorClosed } from "lucide-react";
import { useI18n } from "../i18n/provider";

export function AtTheDoor({ title }: { title: string }) {
  const { t } = useI18n();
  return (
    <main className="waiting" role="status">
      <DoorClosed aria-hidden />
      <h1>{t("media.door.title")}</h1>
      <p>{t("media.door.waiting", { title })}</p>
    </main>
  );
}
