/** The order of a list: what needs you (asking, failed, broken, stuck), results, what works, paused; in each the newest first. */

import { InputError } from '../../coder/errors/errors.js';
import { timeOf } from '../knowing/build-times.js';
import type { TaskView } from '../knowing/view.js';

export const listGroups = ['asks', 'failed', 'broken', 'stuck', 'result', 'needs_owner', 'at_work', 'paused'] as const;

/** Which part of the list a task stands in. */
export type ListGroup = (typeof listGroups)[number];

const urgent: readonly ListGroup[] = ['asks', 'failed', 'broken', 'stuck'];

/** What of a view decides its place. */
export type Placed = Pick<TaskView, 'task' | 'phase' | 'turn' | 'outcome' | 'stalled' | 'settled'>;

/** The part of the list in which a task stands. */
export function groupOf({ phase, turn, outcome, stalled, settled }: Placed): ListGroup {
  if (turn === 'you') {
    const end = outcome ?? phase;
    if (end === 'done') return 'result';
    if (end === 'failed') return 'failed';
    return phase === 'waiting' ? 'asks' : 'broken';
  }
  if (stalled || (settled && (phase === 'unhealthy' || phase === 'unreachable'))) return 'stuck';
  if (turn === 'owner') return 'needs_owner';
  return phase === 'paused' || phase === 'gone' ? 'paused' : 'at_work';
}

/** Whether nothing goes on in a task until the caller has acted. */
export function needsCaller(placed: Placed): boolean {
  return urgent.includes(groupOf(placed));
}

/** For `sort`: the group, then the newest; tasks of one moment by their id, so that pages never differ. */
export function compareByNeed(one: Placed, other: Placed): number {
  return compareKeys(keyOf(one), keyOf(other));
}

/** Where a page ends: the place of its last task, for the next page. */
export function listCursor(last: Placed): string {
  const { group, created, id } = keyOf(last);
  return Buffer.from(`${group} ${created} ${id}`).toString('base64url');
}

/**
 * How many of the sorted tasks a page before this cursor has shown: also when its last task is gone by now, has moved to
 * another group, or newer ones have come. InputError for what is no cursor.
 */
export function positionAfter(sorted: readonly Placed[], cursor: string): number {
  const [, group, created, id] = /^(\d) (\d+) (\S+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (group === undefined || created === undefined || id === undefined) {
    throw new InputError({ argument: 'cursor', received: cursor, expectation: 'the next_cursor of an earlier answer' });
  }
  const end = { group: Number(group), created: Number(created), id };
  const next = sorted.findIndex((placed) => compareKeys(keyOf(placed), end) > 0);
  return next === -1 ? sorted.length : next;
}

interface PlaceKey {
  readonly group: number;
  /** Ms since the epoch; 0 where Coder does not say. */
  readonly created: number;
  readonly id: string;
}

function keyOf(placed: Placed): PlaceKey {
  return {
    group: listGroups.indexOf(groupOf(placed)),
    created: timeOf(placed.task.created_at) ?? 0,
    id: placed.task.id,
  };
}

function compareKeys(one: PlaceKey, other: PlaceKey): number {
  if (one.group !== other.group) return one.group - other.group;
  if (one.created !== other.created) return other.created - one.created;
  return one.id < other.id ? -1 : Number(one.id > other.id);
}
