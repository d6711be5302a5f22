/** What an error or a setting at fault tells: the likely cause, a step for a model and a step for a person. */

export interface Advice {
  /** The likely cause, one sentence. */
  readonly why: string;
  /** For a model: one next call, or one step to ask its person for. */
  readonly next: string;
  /** For a person who reads the doctor: one step, in the imperative, without the names of tools. */
  readonly mend: string;
  /** Whether the same call may be repeated. */
  readonly retry: 'no' | 'yes' | `after ${string}` | `yes, ${string}`;
}

/** The steps where only a person can do something: `mend` begins with a verb in lower case. */
export function personMust(mend: string): Pick<Advice, 'next' | 'mend'> {
  return { next: askPerson(mend), mend };
}

/** A person's step as a step for a model. */
export function askPerson(mend: string): string {
  return `ask the person to ${mend}`;
}

/** A step that is the same for a model and a person. */
export function anyoneMay(step: string): Pick<Advice, 'next' | 'mend'> {
  return { next: step, mend: step };
}
