/** The choice of a live document of a class to hand in. */

import type { SyntheticEvent } from "react";
import { useState } from "react";
import { kindOf, labelOf } from "../../../class/kinds";
import { useI18n } from "../../../i18n/provider";
import { Dialog } from "../../../ui/Dialog";
import { get, list, send } from "../../api";
import { FormEnd, Ready, Select } from "../../parts";
import type { ClassShown } from "../../shapes";
import { useTexts } from "../../texts";
import { useLoaded } from "../../useLoaded";
import { useSend } from "../../useSend";

interface LiveDocument {
  document: string;
  saved_at: string;
}

interface Props {
  course: string;
  /** Of the submission. */
  path: string;
  /** What was typed is kept before. */
  before(): Promise<void>;
  onTaken(): void;
  onClose(): void;
}

/** A room documents come from: of a class, or of one's group in it. */
interface Place {
  class_id: string;
  group_id: string | null;
  title: string;
}

interface Group {
  id: string;
  name: string;
}

async function placesOf(course: string): Promise<Place[]> {
  const classes = await list<ClassShown>(`/courses/${course}/classes`);
  const groups = await Promise.all(classes.map(({ id }) => get<Group[]>(`/classes/${id}/groups`)));
  return classes.flatMap(({ id, title }, at) => [
    { class_id: id, group_id: null, title },
    ...(groups[at] ?? []).map((group) => ({ class_id: id, group_id: group.id, title: `${title} · ${group.name}` })),
  ]);
}

export function TakeDocument(props: Props) {
  const { t } = useTexts();
  const { loaded, again } = useLoaded(`places ${props.course}`, () => placesOf(props.course));
  const [chosen, setChosen] = useState(0);
  return (
    <Dialog title={t("live.take")} onClose={props.onClose}>
      <Ready of={loaded} again={again}>
        {(places) => {
          const place = places[chosen];
          if (place === undefined) return <p className="quiet">{t("live.noClass")}</p>;
          return (
            <div className="stack">
              <p className="quiet">{t("live.hint")}</p>
              {places.length > 1 && (
                <Select label={t("live.class")} value={chosen} onChange={(event) => setChosen(Number(event.target.value))}>
                  {places.map(({ title }, at) => (
                    <option key={at} value={at} dir="auto">
                      {title}
                    </option>
                  ))}
                </Select>
              )}
              <Documents key={chosen} {...props} place={place} />
            </div>
          );
        }}
      </Ready>
    </Dialog>
  );
}

function Documents({ place, path, before, onTaken, onClose }: Props & { place: Place }) {
  const { t, moment } = useTexts();
  const i18n = useI18n();
  const { class_id, group_id } = place;
  const query = group_id === null ? "" : `?${new URLSearchParams({ group_id })}`;
  const at = `/classes/${class_id}/documents${query}`;
  const { loaded, again } = useLoaded(at, () => get<LiveDocument[]>(at));
  const [chosen, setChosen] = useState("");
  const { busy, problem, say, run } = useSend();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (chosen === "") return say(t("live.choose"));
    run(async () => {
      await before();
      await send("PUT", `${path}/document`, { class_id, group_id, document: chosen });
      onTaken();
      onClose();
    });
  };
  return (
    <Ready of={loaded} again={again}>
      {(all) => {
        const documents = all.filter(({ document }) => kindOf(document) !== null);
        if (documents.length === 0) return <p className="quiet">{t("live.none")}</p>;
        return (
          <form className="stack" onSubmit={submit} noValidate>
            <fieldset className="field plain">
              <legend>{t("live.which")}</legend>
              {documents.map(({ document, saved_at }) => (
                <label key={document} className="answer-choice">
                  <input type="radio" name="document" checked={chosen === document} onChange={() => setChosen(document)} />
                  <span className="grow">
                    <bdi>{labelOf(i18n, document)}</bdi>
                    <span className="quiet small block">{t("live.saved", { time: moment(saved_at) })}</span>
                  </span>
                </label>
              ))}
            </fieldset>
            <FormEnd busy={busy} problem={problem} action={t("live.takeDo")} />
          </form>
        );
      }}
    </Ready>
  );
}
