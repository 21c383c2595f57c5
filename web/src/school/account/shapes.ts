/** What the server answers about somebody's own account (see `/api/docs`: identity, people, trust). */

import type { Me } from "../shapes";

export interface Account extends Me {
  /** BCP 47: the language of messages to them; null: none was chosen. */
  locale: string | null;
  /** Ids of those they answer for. */
  wards: string[];
  version: number;
}

export interface OpenSession {
  id: string;
  kind: "cookie" | "bearer";
  /** The `User-Agent` it was begun with. */
  agent: string;
  created_at: string;
  refreshed_at: string;
  current: boolean;
}

export interface Consent {
  /** Whether the person is too young to decide alone. */
  needed: boolean;
  given: boolean;
  guardian_id: string | null;
  decided_at: string | null;
}

export interface Named {
  id: string;
  name: string;
}
