/** Coder's filter language, for the `q` of lists (coder-api §4). */

import { InputError } from './errors/errors.js';

/** The terms that the filters of tasks, workspaces and templates know (coder-api §4): a new one is written here first. */
type Term = 'owner' | 'organization' | 'status' | 'has-ai-task';

/** `key:"value"` terms for the filters that are set; undefined when there is none. */
export function filterQuery(filters: { readonly [Name in Term]?: string | undefined }): string | undefined {
  const terms: string[] = [];
  for (const [argument, value] of Object.entries(filters)) {
    if (value === undefined) continue;
    // The language has no escape for a quote, and an empty value filters nothing.
    if (value === '' || /["\p{Cc}]/u.test(value)) {
      throw new InputError({ argument, received: value, expectation: 'a name or id, without quotes' });
    }
    terms.push(`${argument}:"${value}"`);
  }
  return terms.length === 0 ? undefined : terms.join(' ');
}
