/** Courses that were deleted: an administrator brings them back. */

import { useAnnounce } from "../../ui/Announcer";
import { list, send } from "../api";
import { Deleted } from "../Deleted";
import type { Course } from "../shapes";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";

/** `onBack`: the list of courses has one more again. Nothing is said where the list cannot be had: the page is about courses. */
export function DeletedCourses({ onBack }: { onBack(id: string): void }) {
  const { t } = useTexts();
  const announce = useAnnounce();
  const { loaded, again } = useLoaded("deleted courses", () => list<Course>("/courses?scope=deleted"));
  if (loaded.kind !== "ready") return null;
  const restore = async ({ id, title }: Course): Promise<void> => {
    await send("POST", `/courses/${id}/restore`);
    announce(t("deleted.isBack", { title }));
    again();
    onBack(id);
  };
  const gone = loaded.value.map((course) => ({
    id: course.id,
    title: course.title,
    facts: [...(course.code === null ? [] : [course.code]), t(`courses.${course.status}`)],
    restore: () => restore(course),
  }));
  return <Deleted hint={t("deleted.coursesHint")} gone={gone.reverse()} />;
}
