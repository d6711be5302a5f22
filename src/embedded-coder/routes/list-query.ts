/** The `q` of lists: Coder's small search language and its complaints (coder-api §4). */

import { canReadUser } from '../http/access.js';
import { Refusal, type Validation } from '../http/answer.js';
import { type Caller, parseUuid } from '../http/call.js';
import type { World } from '../world/world.js';

export type Terms = ReadonlyMap<string, readonly string[]>;

/** The terms by key; a word without a key goes to `bareKey`. */
export function parseTerms(q: string, bareKey: string, subject: string): Terms {
  const terms = new Map<string, string[]>();
  const bare: string[] = [];
  for (const element of splitOutsideQuotes(q.toLowerCase(), ' ').filter((part) => part !== '')) {
    if (element.startsWith(':') || element.endsWith(':')) {
      throw invalid(subject, [{ field: 'q', detail: `Query element "${element}" cannot start or end with ':'` }]);
    }
    const [key = '', value, ...more] = splitOutsideQuotes(element, ':');
    if (more.length > 0) {
      throw invalid(subject, [{ field: 'q', detail: `Query element "${element}" can only contain 1 ':'` }]);
    }
    if (value === undefined) bare.push(unquote(key));
    else terms.set(key, [...(terms.get(key) ?? []), unquote(value)]);
  }
  if (bare.length > 0) terms.set(bareKey, [...(terms.get(bareKey) ?? []), bare.join(' ')]);
  return terms;
}

function invalid(subject: string, validations: readonly Validation[]): Refusal {
  return new Refusal(400, `Invalid ${subject} search query.`, { validations });
}

/** Reads known keys one by one, gathers what is wrong with them, and throws it all at once with the unknown keys. */
export class TermReader {
  readonly #terms: Terms;
  readonly #subject: string;
  readonly #known = new Set<string>();
  readonly #faults: Validation[] = [];

  constructor(terms: Terms, subject: string) {
    this.#terms = terms;
    this.#subject = subject;
  }

  /** The one value of a key; undefined where it is missing or empty. */
  one(key: string): string | undefined {
    this.#known.add(key);
    const values = this.#terms.get(key) ?? [];
    if (values.length > 1) {
      const detail = `Query param "${key}" provided more than once, found ${values.length} times. Only provide 1 instance of this query param.`;
      this.#faults.push({ field: key, detail });
      return undefined;
    }
    return values[0] === '' ? undefined : values[0];
  }

  fault(field: string, detail: string): undefined {
    this.#faults.push({ field, detail });
    return undefined;
  }

  /** The id of a person the caller may know. A UUID is taken as it is, known or not. */
  owner(world: World, caller: Caller, key = 'owner'): string | undefined {
    const value = this.one(key);
    if (value === undefined) return undefined;
    if (value === 'me') return caller.user.id;
    const parsed = parseUuid(value);
    if ('uuid' in parsed) return parsed.uuid;
    const user = world.userByName(value);
    if (user !== undefined && canReadUser(caller.user, user)) return user.id;
    return this.fault(
      key,
      `Query param "${key}" has invalid value: user "${value}" either does not exist, or you are unauthorized to view them`,
    );
  }

  organization(world: World): string | undefined {
    const value = this.one('organization');
    if (value === undefined) return undefined;
    const parsed = parseUuid(value);
    if ('uuid' in parsed) return parsed.uuid;
    if (value === world.organization.name) return world.organization.id;
    return this.fault(
      'organization',
      `Query param "organization" has invalid value: organization "${value}" either does not exist, or you are unauthorized to view it`,
    );
  }

  flag(key: string): boolean | undefined {
    const value = this.one(key);
    if (value === undefined) return undefined;
    if (['1', 't', 'true'].includes(value)) return true;
    if (['0', 'f', 'false'].includes(value)) return false;
    const reason = `strconv.ParseBool: parsing "${value}": invalid syntax`;
    return this.fault(key, `Query param "${key}" must be a valid boolean: ${reason}`);
  }

  /** To be called when all known keys have been read. */
  end(): void {
    const unknown = [...this.#terms.keys()].filter((key) => !this.#known.has(key));
    const faults = [
      ...this.#faults,
      ...unknown.map((key) => ({ field: key, detail: `"${key}" is not a valid query param` })),
    ];
    if (faults.length > 0) throw invalid(this.#subject, faults);
  }
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts = [''];
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    if (character === separator && !isQuoted) parts.push('');
    else parts.push((parts.pop() ?? '') + character);
  }
  return parts;
}

const unquote = (text: string) => text.replace(/^"+|"+$/g, '');
