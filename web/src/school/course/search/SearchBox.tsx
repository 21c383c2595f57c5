/** Where one types what is looked for; what is found stands at an address of its own, so that one comes back to it. */

import { Search } from "lucide-react";
import type { SyntheticEvent } from "react";
import { useState } from "react";
import { go } from "../../../pages/routes";
import { Field, FormProblem } from "../../parts";
import { useTexts } from "../../texts";
import { addressFor, MOST_CHARACTERS } from "./search";

/** `words`: what is searched for now. */
export function SearchBox({ words }: { words: string }) {
  const { t } = useTexts();
  const [typed, setTyped] = useState(words);
  const [missing, setMissing] = useState(false);
  // Another address (back, forward) brings its own words.
  const [shown, setShown] = useState(words);
  if (shown !== words) {
    setShown(words);
    setTyped(words);
  }
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const wanted = typed.trim();
    setMissing(wanted === "" && words === "");
    if (wanted !== words) go(addressFor(wanted));
  };
  return (
    <form role="search" className="search-box" onSubmit={submit} noValidate>
      <Field
        label={t("search.label")}
        type="search"
        dir="auto"
        maxLength={MOST_CHARACTERS}
        enterKeyHint="search"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setMissing(false);
        }}
      />
      <button type="submit" className="button">
        <Search aria-hidden /> <span>{t("search.do")}</span>
      </button>
      <FormProblem text={missing ? t("search.missing") : ""} />
    </form>
  );
}
