/** One page of a course to read. */

import { get } from "../api";
import { Go, Heading, Ready } from "../parts";
import { Prose } from "../Prose";
import type { PageShown } from "../shapes";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import type { Here } from "./here";

/** A body that begins with its own title does not say it twice. */
export function withoutTitle({ title, body }: Pick<PageShown, "title" | "body">): string {
  const [first = "", ...rest] = body.trimStart().split("\n");
  return first.replace(/^#\s+/, "").trim() === title.trim() ? rest.join("\n") : body;
}

export function PageView({ here, id }: { here: Here; id: string }) {
  const { t } = useTexts();
  const { course } = here;
  const { loaded, again } = useLoaded(`page ${id}`, () => get<PageShown>(`/courses/${course.id}/pages/${id}`));
  return (
    <article className="stack reading">
      <Go to={`/courses/${course.id}`} className="text-button">
        <span>{t("course.backTo")}</span> <bdi>{course.title}</bdi>
      </Go>
      <Ready of={loaded} again={again}>
        {(page) => (
          <>
            <Heading title={page.title}>
              <span dir="auto" lang={page.language}>
                {page.title}
              </span>
            </Heading>
            <Prose text={withoutTitle(page)} lang={page.language} />
          </>
        )}
      </Ready>
    </article>
  );
}
