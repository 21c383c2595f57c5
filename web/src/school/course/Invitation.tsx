/** A link into a course, opened by somebody who is signed in. */

import { useEffect, useRef, useState } from "react";
import { dropLinkToken, go, linkToken } from "../../pages/routes";
import { send } from "../api";
import { Heading, Trouble } from "../parts";
import type { Course } from "../shapes";
import { useTexts } from "../texts";

export function Invitation({ path }: { path: readonly string[] }) {
  const { t } = useTexts();
  const token = useRef(linkToken(path));
  const [error, setError] = useState<unknown>(null);
  const missing = token.current === null && error === null;
  useEffect(() => {
    if (token.current === null) return;
    const body = { token: token.current };
    token.current = "";
    if (body.token === "") return;
    send<Course>("POST", "/invitations/accept", body).then(
      (course) => {
        dropLinkToken(path);
        go(`/courses/${course.id}`);
      },
      (refused: unknown) => setError(refused),
    );
  }, [path]);
  return (
    <section className="card narrow stack">
      <Heading title={t("invitation.title")}>{t("invitation.title")}</Heading>
      {error === null ? <p role="status">{t(missing ? "link.missing" : "invitation.asking")}</p> : <Trouble error={error} />}
    </section>
  );
}
