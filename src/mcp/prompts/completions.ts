/** Completion of prompt arguments and of the variables in resource templates: a help for a person who types, never an error. */

import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CompleteRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Suggestion } from '../../prompts/define.js';
import { templateOf } from '../../resources/define.js';
import { allResources } from '../../resources/index.js';
import type { McpDeps } from '../deps.js';
import { orElse } from '../patience.js';
import { Candidates } from './candidates.js';
import { promptsFor } from './handlers.js';

// The protocol allows no more values in one answer.
const MAX_VALUES = 100;
// Somebody is typing: what comes later than this is of no use.
const PATIENCE_MS = 3_000;

/** Handles `completion/complete`; what cannot be read in time completes to nothing. */
export function registerCompletions(server: Server, deps: McpDeps): void {
  const prompts = promptsFor(deps.tools);
  const candidates = new Candidates(deps);
  const suggestionFor = (ref: Reference, argument: string): Suggestion | 'name' | undefined => {
    if (ref.type === 'ref/resource') return variableOf(ref.uri, argument);
    return prompts.find(({ name }) => name === ref.name)?.suggestionFor(argument);
  };
  server.setRequestHandler(CompleteRequestSchema, async ({ params }, { signal }) => {
    const { ref, argument, context } = params;
    const wanted = suggestionFor(ref, argument.name);
    if (wanted === undefined) return answer([]);
    const known = { value: argument.value, others: context?.arguments ?? {} };
    const all = await orElse([], { clock: deps.clock, ms: PATIENCE_MS, signal }, (stop) =>
      candidates.read(wanted, known, stop),
    );
    return answer(matching(argument.value, all));
  });
}

type Reference =
  | { readonly type: 'ref/prompt'; readonly name: string }
  | { readonly type: 'ref/resource'; readonly uri: string };

function variableOf(uri: string, variable: string): 'owner' | 'name' | undefined {
  const isKnown = allResources.some((resource) => resource.kind === 'task' && templateOf(resource) === uri);
  if (!isKnown) return undefined;
  if (variable === 'task') return 'name';
  return variable === 'owner' ? 'owner' : undefined;
}

/** What begins with the value, whole or behind its owner, in the given order; then what has it within. */
export function matching(value: string, candidates: readonly string[]): readonly string[] {
  const typed = value.trim().toLowerCase();
  const begins = (text: string) => text.toLowerCase().startsWith(typed);
  const isFirst = (candidate: string) => begins(candidate) || begins(candidate.replace(/^[^/]*\//, ''));
  const first = candidates.filter(isFirst);
  return [...first, ...candidates.filter((text) => !isFirst(text) && text.toLowerCase().includes(typed))];
}

function answer(values: readonly string[]) {
  return {
    completion: { values: values.slice(0, MAX_VALUES), total: values.length, hasMore: values.length > MAX_VALUES },
  };
}
