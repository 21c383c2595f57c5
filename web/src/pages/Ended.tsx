/** The visit is over, and why. */

import { useEffect, useRef } from "react";
import { useI18n } from "../i18n/provider";
import { Frame } from "./Frame";

interface Props {
  code: number;
  /** Null where trying again cannot help. */
  onAgain: (() => void) | null;
}

export function Ended({ code, onAgain }: Props) {
  const { t, has } = useI18n();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const key = `ended.${code}`;
  return (
    <Frame>
      <div className="card narrow stack">
        <h1 ref={heading} tabIndex={-1}>
          {t("ended.title")}
        </h1>
        <p>{t(has(key) ? key : "ended.other")}</p>
        <div className="row end">
          {onAgain && (
            <button type="button" className="button" onClick={onAgain}>
              {t("ended.again")}
            </button>
          )}
          <a className="button primary" href="/">
            {t("ended.home")}
          </a>
        </div>
      </div>
    </Frame>
  );
}
