/** What this process may do, beyond what the token allows: checked at each call. */

import { CoderError } from '../coder/errors/errors.js';
import { listNames } from '../text/names.js';

const MAX_NAMES = 8;

/** Narrows what tools may touch; `undefined` lists and limits restrict nothing. */
export interface PolicyRules {
  readonly allowedTemplates?: readonly string[] | undefined;
  readonly allowedOwners?: readonly string[] | undefined;
  readonly maxActiveTasks?: number | undefined;
  /** Deleting needs neither a person nor `confirm`. */
  readonly confirm: 'ask' | 'never';
}

export class Policy {
  readonly rules: PolicyRules;
  #lastStart: Promise<unknown> = Promise.resolve();

  constructor(rules: PolicyRules) {
    this.rules = rules;
  }

  /** Whether tasks of this owner may be touched; `me` in the rules is the token's own user. */
  allowsOwner(owner: string, me: string | undefined): boolean {
    const allowed = this.rules.allowedOwners;
    if (!allowed) return true;
    return allowed.some((name) => isSame(name === 'me' && me !== undefined ? me : name, owner));
  }

  /** Whether tasks may be created from this template, named alone or with its organization. */
  allowsTemplate(organization: string, name: string): boolean {
    const allowed = this.rules.allowedTemplates;
    if (!allowed) return true;
    return allowed.some((rule) => isSame(rule, name) || isSame(rule, `${organization}/${name}`));
  }

  /** Throws CoderError `not_allowed_here` for an owner whose tasks may not be touched. */
  requireOwner(owner: string, me: string | undefined): void {
    if (this.allowsOwner(owner, me)) return;
    throw new CoderError('not_allowed_here', `this server may not touch tasks of ${owner}`, { reached: 'no' });
  }

  /** Throws CoderError `not_allowed_here`, with what is allowed, for another template. */
  requireTemplate(organization: string, name: string): void {
    if (this.allowsTemplate(organization, name)) return;
    const allowed = listNames(this.rules.allowedTemplates ?? [], MAX_NAMES);
    throw new CoderError(
      'not_allowed_here',
      `this server may not create tasks from the template ${name}; allowed: ${allowed}`,
      { reached: 'no' },
    );
  }

  /**
   * Throws CoderError `too_many_tasks` when one more would be above the limit. `running`: all that count, as owner/name;
   * those of owners outside the rules count, but are not named.
   */
  requireRoomBeside(running: readonly string[], me: string | undefined): void {
    const most = this.rules.maxActiveTasks;
    if (most === undefined || running.length < most) return;
    const named = running.filter((name) => this.allowsOwner(name.split('/', 1)[0] ?? '', me));
    const hidden = running.length - named.length;
    const words = [
      ...(named.length > 0 ? [listNames(named, MAX_NAMES)] : []),
      ...(hidden > 0 ? [`${hidden} of owners that this server may not name`] : []),
    ].join(' and ');
    throw new CoderError(
      'too_many_tasks',
      `no more than ${most} of your tasks may be active at once, and these are: ${words}`,
      { reached: 'no' },
    );
  }

  /** Under a limit, starts run one after the other: each must see what the one before has started. */
  oneStartAtATime<Result>(start: () => Promise<Result>): Promise<Result> {
    if (this.rules.maxActiveTasks === undefined) return start();
    const result = this.#lastStart.then(start, start);
    this.#lastStart = result.catch(() => undefined);
    return result;
  }
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
