/** Forty tasks as a person has them after some weeks: asking, finished, failed, at work, on the way, broken and paused. */

import type { EmbeddedCoder } from '../../src/embedded-coder/index.js';
import type { ManualClock } from './manual-clock.js';

const SUBJECTS = [
  ['billing', 'Fix the flaky billing test'],
  ['login', 'Let the login page remember the address'],
  ['driver', 'Move the orders service to the new database driver'],
  ['docs', 'Write the upgrade guide for version 4'],
  ['search', 'Make search ignore accents'],
] as const;

type Kind = 'asks' | 'done' | 'failed' | 'working' | 'queued' | 'broken' | 'paused';

const KINDS: readonly (readonly [Kind, number])[] = [
  ['asks', 6],
  ['done', 8],
  ['failed', 2],
  ['working', 10],
  ['queued', 2],
  ['broken', 2],
  ['paused', 10],
];

/** The pace of a deployment for them: agents work and builds wait for hours, and screens stand still. */
export const slowPace = { work: 36_000_000, repaint: 36_000_000, queue: 36_000_000 };

/** Puts them into the world, each a second younger than the one before; gives the names of each kind. */
export async function addMixedTasks(
  { world }: EmbeddedCoder,
  clock: ManualClock,
): Promise<Readonly<Record<Kind, readonly string[]>>> {
  const names: Record<Kind, string[]> = {
    asks: [],
    done: [],
    failed: [],
    working: [],
    queued: [],
    broken: [],
    paused: [],
  };
  let index = 0;
  for (const [kind, count] of KINDS) {
    for (let number = 0; number < count; number++) {
      const [short, title] = SUBJECTS[index % SUBJECTS.length] ?? SUBJECTS[0];
      const name = `${short}-${kind}-${(0xa3f1 + 257 * index).toString(16)}`;
      names[kind].push(name);
      index++;
      world.addTask({ name, displayName: `${title} (${index})`, prompt: title, as: stateOf(kind) });
      report(world, kind, name, title, index);
      await clock.advance(1_000);
    }
  }
  // Their screens stand still, so that the screen watcher has called them idle by now; their own report comes later.
  await clock.advance(10_000);
  for (const name of names.working) world.report(name, 'working', 'Running the tests of the orders service');
  return names;
}

/** The state in which it is added. */
function stateOf(kind: Kind): 'idle' | 'working' | 'queued' | 'broken' | 'paused' {
  return kind === 'asks' || kind === 'done' || kind === 'failed' ? 'idle' : kind;
}

function report(world: EmbeddedCoder['world'], kind: Kind, name: string, title: string, index: number): void {
  if (kind === 'queued' || kind === 'broken' || kind === 'paused') return;
  world.report(name, 'working', `Working on: ${title}`);
  if (kind === 'working') return;
  const url = `https://github.com/acme/shop/pull/${1200 + index}`;
  if (kind === 'done') world.report(name, 'complete', `Opened pull request #${1200 + index}; all tests pass`, url);
  if (kind === 'failed') world.report(name, 'failure', 'Could not push: the token has no write access');
  const last = kind === 'asks' ? 'Two ways to do this: which one do you want?' : undefined;
  if (kind === 'asks') world.report(name, 'working', last);
  world.report(
    name,
    'idle',
    last ?? (kind === 'done' ? `Opened pull request #${1200 + index}; all tests pass` : ''),
    kind === 'done' ? url : '',
  );
}
