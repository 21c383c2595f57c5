/** Earlier versions of a question, and the way back to one: it becomes the newest. */

import { useToast } from "../../ui/Toasts";
import { list, send } from "../api";
import { FormProblem, Ready } from "../parts";
import { QuestionView } from "../quiz/Question";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { useSend } from "../useSend";
import { fromContent, keyResponse, previewOf } from "./content";
import type { ItemShown } from "./ItemBank";

interface Version {
  number: number;
  content: Record<string, unknown>;
  made_at: string;
}

export function ItemVersions({ base, item, onBack }: { base: string; item: ItemShown; onBack(): void }) {
  const { t, number, moment } = useTexts();
  const toast = useToast();
  const path = `${base}/${item.id}`;
  const { loaded, again } = useLoaded(`versions ${item.id} ${item.version}`, () => list<Version>(`${path}/versions`));
  const { busy, problem, run } = useSend();
  const back = (version: Version): void =>
    run(async () => {
      await send("PATCH", path, { content: version.content }, item.version);
      toast(t("version.isBack", { number: number(version.number) }));
      onBack();
    });
  const ignore = (): void => undefined;
  return (
    <section className="stack reading">
      <h2>{t("version.title")}</h2>
      <p className="quiet small">{t("version.hint")}</p>
      <FormProblem text={problem} />
      <Ready of={loaded} again={again}>
        {(versions) => (
          <ol className="stack tight">
            {[...versions]
              .reverse()
              .filter((version) => version.number !== item.version)
              .map((version) => (
                <li key={version.number}>
                  <details className="card mark">
                    <summary>
                      {t("version.of", { number: number(version.number), time: moment(version.made_at) })}
                    </summary>
                    <div className="stack">
                      <QuestionView
                        number={1}
                        question={previewOf(fromContent(version.content))}
                        response={keyResponse(fromContent(version.content))}
                        fixed
                        onChange={ignore}
                      />
                      <div className="row end">
                        <button type="button" className="button" disabled={busy} onClick={() => back(version)}>
                          {t("version.back", { number: number(version.number) })}
                        </button>
                      </div>
                    </div>
                  </details>
                </li>
              ))}
          </ol>
        )}
      </Ready>
    </section>
  );
}
