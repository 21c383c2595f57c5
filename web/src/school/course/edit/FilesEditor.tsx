/** The files of a course: added with how far they are, and deleted. */

import { FileText, Trash2 } from "lucide-react";
import { useState } from "react";
import type { CourseFile } from "../../shapes";
import { Sure } from "../../Sure";
import { useTexts } from "../../texts";
import { sizeWords, Uploads } from "../../Uploads";
import { placeOf } from "../../useReturn";
import type { Writing } from "./writing";

export function FilesEditor({ course, content, again, remove }: Writing) {
  const texts = useTexts();
  const { t } = texts;
  const [doomed, setDoomed] = useState<CourseFile | null>(null);
  const path = `/courses/${course.id}/files`;
  return (
    <section className="stack">
      <h2>{t("course.files")}</h2>
      <ul className="order">
        {content.files.map((file) => (
          <li key={file.id} className="order-line">
            <a id={placeOf(file.id)} className="page-link grow" href={`/api/v1${path}/${file.id}/content`}>
              <FileText aria-hidden /> <bdi>{file.name}</bdi> <span className="quiet small">{sizeWords(texts, file.size)}</span>
            </a>
            <button
              type="button"
              className="icon-button"
              aria-label={t("write.delete", { title: file.name })}
              onClick={() => setDoomed(file)}
            >
              <Trash2 aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <Uploads label={t("write.addFiles")} path={() => path} onSent={again} />
      {doomed !== null && (
        <Sure
          danger
          title={t("write.delete", { title: doomed.name })}
          action={t("write.deleteDo")}
          work={() => remove({ kind: "file", id: doomed.id, title: doomed.name })}
          onClose={() => setDoomed(null)}
        >
          {t("write.deleteSure")}
        </Sure>
      )}
    </section>
  );
}
