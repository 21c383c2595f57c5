/** The questions of a course, for its staff. */

import { Go, Ready } from "../parts";
import { list } from "../api";
import type { Here } from "../course/here";
import type { Kind } from "../quiz/shapes";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { Exchange } from "./Exchange";

export interface ItemHead {
  id: string;
  kind: Kind;
  title: string;
  tags: string[];
  skills: string[];
  points: number;
  version: number;
}

export interface ItemShown extends ItemHead {
  content: Record<string, unknown>;
}

export const itemsOf = (course: string): Promise<ItemHead[]> => list(`/courses/${course}/items`);

export function ItemBank({ here }: { here: Here }) {
  const { t, points } = useTexts();
  const { course } = here;
  const { loaded, again } = useLoaded(`items ${course.id}`, () => itemsOf(course.id));
  return (
    <section className="stack">
      <div className="page-head">
        <h2>{t("course.items")}</h2>
        <div className="row">
          <Exchange course={course.id} onImported={again} />
          <Go to={`/courses/${course.id}/items/new`} className="button">
            {t("item.new")}
          </Go>
        </div>
      </div>
      <Ready of={loaded} again={again}>
        {(items) =>
          items.length === 0 ? (
            <p className="quiet">{t("item.none")}</p>
          ) : (
            <ul className="stack tight">
              {items.map((item) => (
                <li key={item.id} className="card line-card">
                  <div className="grow stack tight">
                    <h3 dir="auto">
                      <Go to={`/courses/${course.id}/items/${item.id}`} className="text-link">
                        {item.title || t(`kind.${item.kind}`)}
                      </Go>
                    </h3>
                    <p className="row">
                      <span className="quiet small">
                        {t(`kind.${item.kind}`)} · {t("quiz.points", { count: item.points, points: points(item.points) })}
                      </span>
                      {item.tags.map((tag) => (
                        <bdi key={tag} className="badge">
                          {tag}
                        </bdi>
                      ))}
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Ready>
    </section>
  );
}
