/** The school: everything outside of a live class. Loaded when first needed. */

import "./styles";
import { CalendarDays, LibraryBig } from "lucide-react";
import { Frame } from "../pages/Frame";
import { Announcer } from "../ui/Announcer";
import { Toasts } from "../ui/Toasts";
import { useStore } from "../ui/useStore";
import { AccountPage } from "./account/AccountPage";
import { FoundSchool } from "./account/FoundSchool";
import { ForgotPassword, SetPassword, VerifyEmail } from "./account/Links";
import { SignIn } from "./account/SignIn";
import { Who } from "./account/Who";
import { get } from "./api";
import { CoursePage } from "./course/CoursePage";
import { Courses } from "./course/Courses";
import { Invitation } from "./course/Invitation";
import { Heading, Go, Ready } from "./parts";
import { Schedule } from "./Schedule";
import { signedInTo } from "./session";
import type { Me } from "./shapes";
import { SchoolTextsProvider, useTexts } from "./texts";
import { useLoaded } from "./useLoaded";

export default function School({ path }: { path: readonly string[] }) {
  return (
    <SchoolTextsProvider>
      <Announcer>
        <Toasts>
          <Pages path={path} />
        </Toasts>
      </Announcer>
    </SchoolTextsProvider>
  );
}

function Pages({ path }: { path: readonly string[] }) {
  const institution = useStore(signedInTo);
  switch (path[0]) {
    case "forgot-password":
      return <ForgotPassword />;
    case "found-school":
      return <FoundSchool />;
    case "set-password":
      return <SetPassword path={path} />;
    case "verify-email":
      return <VerifyEmail path={path} />;
    default:
      return institution === null || path[0] === "sign-in" ? <SignIn /> : <Inside key={institution} path={path} />;
  }
}

/** Somebody who is signed in. */
function Inside({ path }: { path: readonly string[] }) {
  const { loaded, again } = useLoaded("me", () => get<Me>("/me"));
  const me = loaded.kind === "ready" ? loaded.value : null;
  return (
    <Frame links={<Ways me={me} here={path[0] ?? ""} />}>
      <div className="school">
        <Ready of={loaded} again={again}>
          {(value) => <Inner key={path.slice(0, 2).join("/")} path={path} me={value} again={again} />}
        </Ready>
      </div>
    </Frame>
  );
}

function Inner({ path, me, again }: { path: readonly string[]; me: Me; again(): void }) {
  const { t } = useTexts();
  const [first, course] = path;
  if (first === "account") return <AccountPage onChanged={again} />;
  if (first === "invitation") return <Invitation path={path} />;
  if (first === "schedule") return <Schedule />;
  if (first === "courses" && course !== undefined) return <CoursePage id={course} path={path.slice(2)} me={me} />;
  if (first === "courses") return <Courses me={me} />;
  return <Heading title={t("school.notFound")}>{t("school.notFound")}</Heading>;
}

function Ways({ me, here }: { me: Me | null; here: string }) {
  const { t } = useTexts();
  return (
    <>
      <nav className="ways" aria-label={t("school.ways")}>
        <Go to="/courses" className="way" aria-current={here === "courses" ? "page" : undefined}>
          <LibraryBig aria-hidden /> <span>{t("school.courses")}</span>
        </Go>
        <Go to="/schedule" className="way" aria-current={here === "schedule" ? "page" : undefined}>
          <CalendarDays aria-hidden /> <span>{t("school.schedule")}</span>
        </Go>
      </nav>
      {me && <Who me={me} here={here === "account"} />}
    </>
  );
}
