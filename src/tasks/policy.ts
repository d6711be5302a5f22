/** What this process may do, beyond what the token allows: checked at each call. */

/** Narrows what tools may touch; `undefined` lists and limits restrict nothing. */
export interface PolicyRules {
  readonly allowedTemplates: readonly string[] | undefined;
  readonly allowedOwners: readonly string[] | undefined;
  readonly maxActiveTasks: number | undefined;
  /** Deleting needs neither a person nor `confirm`. */
  readonly confirm: 'ask' | 'never';
}

export class Policy {
  readonly rules: PolicyRules;

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
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
