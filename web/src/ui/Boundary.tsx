/** Holds an error of one part of the page there, and offers a way on. */

import type { ReactNode } from "react";
import { Component } from "react";

interface Props {
  /** A new value tries again. */
  attempt?: unknown;
  fallback(retry: () => void): ReactNode;
  children: ReactNode;
}

export class Boundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidUpdate(before: Props): void {
    if (this.state.failed && before.attempt !== this.props.attempt) this.setState({ failed: false });
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.fallback(() => this.setState({ failed: false })) : this.props.children;
  }
}
