/** Polls: asked by staff, answered by everybody who takes part, tallied live or revealed at the end. */

import { BarChart3, Check, CircleCheck, Plus } from "lucide-react";
import { useId, useState } from "react";
import { useI18n } from "../i18n/provider";
import type { Poll } from "../protocol/frames";
import { isStaff, takesPart } from "../room/roles";
import { PollDialog } from "./PollDialog";
import { useAsk, useRoom } from "./room";

export function Polls() {
  const { classroom, me } = useRoom();
  const { t } = useI18n();
  const [asking, setAsking] = useState(false);
  const staff = isStaff(me.role);
  const newestFirst = [...classroom.polls].sort((a, b) => b.id - a.id);
  return (
    <div className="polls">
      {staff && (
        <button type="button" className="button primary wide" onClick={() => setAsking(true)}>
          <Plus aria-hidden /> {t("poll.new")}
        </button>
      )}
      {newestFirst.length === 0 && <p className="empty">{t(staff ? "poll.emptyStaff" : "poll.empty")}</p>}
      <ul className="poll-list">
        {newestFirst.map((poll) => (
          <PollCard key={poll.id} poll={poll} />
        ))}
      </ul>
      {asking && <PollDialog onClose={() => setAsking(false)} />}
    </div>
  );
}

function PollCard({ poll }: { poll: Poll }) {
  const { me } = useRoom();
  const { t } = useI18n();
  const votable = poll.open && takesPart(me.role);
  return (
    <li className="poll">
      <p className="poll-state quiet small">
        <span className={poll.open ? "badge open" : "badge"}>{t(poll.open ? "poll.open" : "poll.closed")}</span>
        {t("poll.voters", { count: poll.voters })}
      </p>
      <Choices poll={poll} votable={votable} />
      {poll.tally.length === 0 && !isStaff(me.role) && <p className="quiet small">{t("poll.hidden")}</p>}
      {isStaff(me.role) && <PollActions poll={poll} />}
    </li>
  );
}

function Choices({ poll, votable }: { poll: Poll; votable: boolean }) {
  const { t } = useI18n();
  const ask = useAsk();
  const name = useId();
  const [chosen, setChosen] = useChoice(poll);
  const vote = (choice: number, on: boolean): void => {
    const others = poll.many ? chosen.filter((other) => other !== choice) : [];
    const next = on ? [...others, choice].sort((a, b) => a - b) : others;
    setChosen(next);
    void ask(["vote", poll.id, next], `vote.${poll.id}`).then((taken) => taken || setChosen(null));
  };
  return (
    <fieldset className="choices" disabled={!votable}>
      <legend className="poll-question" dir="auto">
        {poll.question}
      </legend>
      {poll.many && votable && <p className="quiet small">{t("poll.chooseMany")}</p>}
      {poll.choices.map((choice, at) => (
        <label key={at} className={`choice${chosen.includes(at) ? " chosen" : ""}`}>
          <Bar poll={poll} choice={at} />
          <input
            type={poll.many ? "checkbox" : "radio"}
            name={name}
            checked={chosen.includes(at)}
            onChange={(event) => vote(at, event.target.checked)}
          />
          <span className="choice-text grow" dir="auto">
            {choice}
          </span>
          <Share poll={poll} choice={at} />
        </label>
      ))}
    </fieldset>
  );
}

/** What I ticked: at once as I see it, then as the server holds it. */
function useChoice(poll: Poll): [number[], (choice: number[] | null) => void] {
  const [local, setLocal] = useState<{ over: number[]; choice: number[] } | null>(null);
  const current = local !== null && local.over === poll.mine ? local.choice : poll.mine;
  return [current, (choice) => setLocal(choice && { over: poll.mine, choice })];
}

const share = (poll: Poll, choice: number): number => (poll.tally[choice] ?? 0) / Math.max(1, poll.voters);

function Bar({ poll, choice }: { poll: Poll; choice: number }) {
  if (poll.tally.length === 0) return null;
  return <span className="choice-bar" style={{ inlineSize: `${share(poll, choice) * 100}%` }} aria-hidden="true" />;
}

function Share({ poll, choice }: { poll: Poll; choice: number }) {
  const { t, percent } = useI18n();
  if (poll.tally.length === 0) return null;
  return (
    <span className="choice-share">
      <span aria-hidden="true">{percent(share(poll, choice))}</span>
      <span className="unseen">{t("poll.votes", { count: poll.tally[choice] ?? 0 })}</span>
    </span>
  );
}

function PollActions({ poll }: { poll: Poll }) {
  const { t } = useI18n();
  const ask = useAsk();
  return (
    <div className="row">
      {poll.open && (
        <button type="button" className="button small-button" onClick={() => ask(["close-poll", poll.id], `close.${poll.id}`)}>
          <Check aria-hidden /> {t("poll.close")}
        </button>
      )}
      {poll.revealed ? (
        <span className="quiet small with-icon">
          <CircleCheck aria-hidden /> {t("poll.revealed")}
        </span>
      ) : (
        <button type="button" className="button small-button" onClick={() => ask(["reveal-poll", poll.id], `reveal.${poll.id}`)}>
          <BarChart3 aria-hidden /> {t("poll.reveal")}
        </button>
      )}
    </div>
  );
}
