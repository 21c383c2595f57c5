/** The frame of the pages outside of a class: the name, language and appearance, then the page. */

import { Settings } from "lucide-react";
import type { ReactNode } from "react";
import { useState } from "react";
import { SettingsDialog } from "../class/SettingsDialog";
import { useI18n } from "../i18n/provider";
import { Logo } from "../ui/Logo";

interface Props {
  /** What stands in the head beside the settings: ways to other pages. */
  links?: ReactNode;
  children: ReactNode;
}

export function Frame({ links, children }: Props) {
  const { t } = useI18n();
  const [settings, setSettings] = useState(false);
  return (
    <div className="frame">
      <a className="skip" href="#main">
        {t("app.skip")}
      </a>
      <header className="frame-head">
        <a className="home" href="/" aria-label={t("app.home")}>
          <Logo />
          <span>{t("app.name")}</span>
        </a>
        {links}
        <button type="button" className="button quiet-button frame-settings" onClick={() => setSettings(true)}>
          <Settings aria-hidden /> <span className="frame-label">{t("class.settings")}</span>
        </button>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      {settings && <SettingsDialog onClose={() => setSettings(false)} />}
    </div>
  );
}
