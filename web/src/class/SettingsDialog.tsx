/** Language, appearance, and the keys there are. */

import { useId } from "react";
import { useI18n } from "../i18n/provider";
import { LANGUAGES } from "../i18n/translate";
import { CALL_KEYS } from "../media/keys";
import type { ThemeChoice } from "../theme/preferences";
import { chooseLang, chooseTheme, language, themeChoice } from "../theme/preferences";
import { Dialog } from "../ui/Dialog";
import { useStore } from "../ui/useStore";
import { SHORTCUTS } from "./shortcuts";

const THEMES: readonly ThemeChoice[] = ["system", "light", "dark"];

export function SettingsDialog({ onClose, shortcuts = false }: { onClose(): void; shortcuts?: boolean }) {
  const { t } = useI18n();
  const lang = useStore(language);
  const choice = useStore(themeChoice);
  const languageId = useId();
  return (
    <Dialog title={t("class.settings")} onClose={onClose}>
      <div className="stack">
        <div className="field">
          <label htmlFor={languageId}>{t("settings.language")}</label>
          <select
            id={languageId}
            value={lang}
            onChange={(event) => {
              const chosen = LANGUAGES.find(({ code }) => code === event.target.value);
              if (chosen) chooseLang(chosen.code);
            }}
          >
            {LANGUAGES.map(({ code, name }) => (
              <option key={code} value={code} lang={code}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <fieldset className="field plain">
          <legend>{t("settings.theme")}</legend>
          <div className="segments">
            {THEMES.map((one) => (
              <label key={one} className="segment">
                <input type="radio" name="theme" checked={choice === one} onChange={() => chooseTheme(one)} />
                <span>{t(`settings.${one}`)}</span>
              </label>
            ))}
          </div>
        </fieldset>
        {shortcuts && <ShortcutList />}
      </div>
    </Dialog>
  );
}

function ShortcutList() {
  const { t } = useI18n();
  const rows = [
    ...SHORTCUTS.map(({ keys, text }) => ({ keys, text })),
    ...CALL_KEYS.map(({ keys, text }) => ({ keys, text })),
    { keys: t("shortcut.space"), text: "shortcut.talk" as const },
    { keys: "Alt + 1 … 9", text: "shortcut.document" as const },
    { keys: "Esc, Tab", text: "shortcut.leaveEditor" as const },
  ];
  return (
    <section>
      <h3 className="panel-heading">{t("settings.shortcuts")}</h3>
      <dl className="shortcuts">
        {rows.map(({ keys, text }) => (
          <div key={text}>
            <dt>{t(text)}</dt>
            <dd>
              <kbd dir="ltr">{keys}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
