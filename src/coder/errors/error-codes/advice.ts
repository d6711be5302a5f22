/** What an error code tells a model. */

export interface ErrorAdvice {
  /** The likely cause. */
  readonly why: string;
  /** One next call or one human step. */
  readonly next: string;
  /** Whether the same call may be repeated. */
  readonly retry: 'no' | 'yes' | `after ${string}`;
}
