/** A small drawing of what a class makes together. Decoration with a name. */

import { useI18n } from "../i18n/provider";

export function Sample() {
  const { t } = useI18n();
  return (
    <svg className="sample" viewBox="7 7 466 248" role="img" aria-label={t("landing.sample")}>
      <rect className="sample-board" x="8" y="8" width="464" height="246" rx="18" />
      <g className="sample-grid">
        {Array.from({ length: 14 }, (_, x) =>
          Array.from({ length: 7 }, (_, y) => <circle key={`${x}.${y}`} cx={42 + x * 30.5} cy={40 + y * 30.5} r="1.1" />),
        )}
      </g>
      <path className="sample-line one" d="M62 186 L128 70 L196 188 Z" />
      <path className="sample-line one thin" d="M128 71 L129 186 M118 186 v-11 h11" />
      <ellipse className="sample-line two" cx="268" cy="118" rx="48" ry="46" />
      <path className="sample-line two thin" d="M268 118 L301 85" />
      <path className="sample-line thin axis" d="M348 60 V196 H446" />
      <path className="sample-line three" d="M350 186 C372 184 380 92 402 92 S426 150 444 74" />
      <g className="sample-cursor one" transform="translate(196 190)">
        <path d="M0 0 L0 17 L4.6 12.8 L7.8 20 L11 18.6 L7.8 11.6 L14 11.2 Z" />
      </g>
      <g className="sample-cursor two" transform="translate(306 140)">
        <path d="M0 0 L0 17 L4.6 12.8 L7.8 20 L11 18.6 L7.8 11.6 L14 11.2 Z" />
      </g>
      <g className="sample-cursor three" transform="translate(440 70)">
        <path d="M0 0 L0 17 L4.6 12.8 L7.8 20 L11 18.6 L7.8 11.6 L14 11.2 Z" />
      </g>
    </svg>
  );
}
