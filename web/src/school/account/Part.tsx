/** A part of the account page. */

import type { ReactNode, RefObject } from "react";
import { useId } from "react";

interface Props {
  title: ReactNode;
  /** Where the focus goes when what had it is gone. */
  heading?: RefObject<HTMLHeadingElement | null>;
  children: ReactNode;
}

export function Part({ title, heading, children }: Props) {
  const id = useId();
  return (
    <section className="card stack" aria-labelledby={id}>
      <h2 id={id} ref={heading} tabIndex={heading && -1}>
        {title}
      </h2>
      {children}
    </section>
  );
}
