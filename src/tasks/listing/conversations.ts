/** Looking for words in the conversations of many tasks at once. */

import type { CoderClient } from '../../coder/client.js';
import { known, reading } from '../../coder/reading.js';
import { pageOf } from '../conversation/log-page.js';
import type { TaskView } from '../knowing/view.js';
import { nameOf } from '../summary.js';
import { Gate } from '../watching/gate.js';

const MAX_SEARCHED = 50;
const AT_ONCE = 8;
// One agent that does not answer must not keep the others from being searched.
const READ_TIMEOUT_MS = 8_000;
const MAX_SNIPPETS = 2;

interface Snippet {
  /** Of the entry that has it. */
  readonly id: number;
  readonly text: string;
}

export interface FoundConversation {
  readonly view: TaskView;
  readonly hits: number;
  /** The best two, those of the newest entries last. */
  readonly snippets: readonly Snippet[];
}

export interface ConversationSearch {
  /** Those with all the words in one entry, most hits first. */
  readonly found: readonly FoundConversation[];
  readonly searched: number;
  /** owner/name of those that could not be read in time, or at all, or were too many. */
  readonly notSearched: readonly string[];
}

export interface SearchContext {
  readonly coder: CoderClient;
  readonly signal: AbortSignal;
  /** By the deployment-independent clock of `now`, in ms: no read begins later. */
  readonly deadline: number;
  readonly now: () => number;
}

/** Reads the conversations of the first fifty tasks, eight at once, and looks for entries with all words of the search. */
export async function searchConversations(
  views: readonly TaskView[],
  search: string,
  { coder, signal, deadline, now }: SearchContext,
): Promise<ConversationSearch> {
  const gate = new Gate(AT_ONCE);
  const results = await Promise.all(
    views.map((view, index) =>
      index < MAX_SEARCHED ? gate.run(signal, () => searchOne(view)) : Promise.resolve(undefined),
    ),
  );
  async function searchOne(view: TaskView): Promise<FoundConversation | undefined> {
    const left = deadline - now();
    if (left <= 0) return undefined;
    const ref = { user: 'me', task: view.task.id };
    const logs = known(
      await reading(coder.getTaskLogs(ref, { signal, timeoutMs: Math.min(left, READ_TIMEOUT_MS) }), signal),
    );
    if (!logs) return undefined;
    const query = { search, limit: 100, max_chars: 20_000, role: 'all' } as const;
    const page = pageOf(view.task.id, logs.logs, query);
    return { view, hits: page.hits ?? 0, snippets: bestSnippets(page.entries) };
  }
  const read = results.filter((result) => result !== undefined);
  return {
    found: read.filter(({ hits }) => hits > 0).toSorted((a, b) => b.hits - a.hits),
    searched: read.length,
    notSearched: views.filter((_, index) => results[index] === undefined).map(({ task }) => nameOf(task)),
  };
}

/** One of each of the two entries with the most hits; of a single entry its first two. */
function bestSnippets(entries: ReturnType<typeof pageOf>['entries']): readonly Snippet[] {
  const best = entries.toSorted((a, b) => (b.hits ?? 0) - (a.hits ?? 0)).slice(0, MAX_SNIPPETS);
  const each = best.map(({ id, text }) => text.split('\n').map((line) => ({ id, text: line })));
  const [first = [], second] = each;
  const chosen = second ? [...first.slice(0, 1), ...second.slice(0, 1)] : first.slice(0, MAX_SNIPPETS);
  return chosen.toSorted((a, b) => a.id - b.id);
}
