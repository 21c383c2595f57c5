/** The browser client of Lyceum. */

import "@fontsource-variable/figtree/wght.css";
import "@fontsource-variable/vazirmatn/wght.css";
import "./theme/theme.css";
import "./theme/parts.css";
import "./theme/pages.css";
import "./theme/panel.css";
import "./theme/layout.css";
import { lazy, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { I18nProvider, useI18n } from "./i18n/provider";
import { Landing } from "./pages/Landing";
import { route, startRouting } from "./pages/routes";
import { applyPreferences } from "./theme/preferences";
import { Boundary } from "./ui/Boundary";
import { useStore } from "./ui/useStore";

const Classroom = lazy(() => import("./pages/Classroom"));
const Playback = lazy(() => import("./playback/Playback"));
const School = lazy(() => import("./school/School"));

function App() {
  const { t } = useI18n();
  const here = useStore(route);
  const loading = (
    <div className="waiting" role="status">
      <p>{t("app.loading")}</p>
    </div>
  );
  return (
    <Boundary attempt={here} fallback={() => <Crashed />}>
      <Suspense fallback={loading}>
        {here.kind === "landing" && <Landing />}
        {here.kind === "class" && <Classroom key={here.room} room={here.room} />}
        {here.kind === "recordings" && <Playback key={here.room} room={here.room} id={here.id} />}
        {here.kind === "school" && <School path={here.path} />}
      </Suspense>
    </Boundary>
  );
}

function Crashed() {
  const { t } = useI18n();
  return (
    <main className="waiting" role="alert">
      <p>{t("app.crashed")}</p>
      <button type="button" className="button" onClick={() => window.location.reload()}>
        {t("app.reload")}
      </button>
    </main>
  );
}

applyPreferences();
startRouting();
const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <I18nProvider>
      <App />
    </I18nProvider>,
  );
}
