/** coder://tasks/{owner}/{task}/logs: the conversation with the agent. */

import { adviceOn } from '../advice/error-advice.js';
import { isCoderError } from '../coder/errors/errors.js';
import type { Task, TaskLogs } from '../coder/wire/schemas.js';
import { parsePosition } from '../tasks/conversation/log-cursor.js';
import { type LogPage, type LogQuery, pageOf, restartedWords } from '../tasks/conversation/log-page.js';
import { sourceOf } from '../tasks/conversation/log-source.js';
import { phaseOf } from '../tasks/knowing/phase.js';
import { nameOf } from '../tasks/summary.js';
import { isoTime } from '../text/age.js';
import type { ResourceQuery, TaskResource } from './define.js';
import { transcript, withinLimit } from './transcript.js';
import { taskUri } from './uri.js';

export const taskLogs: TaskResource = {
  kind: 'task',
  name: 'task-logs',
  title: 'Task conversation',
  description:
    'What was said to the agent and what it wrote, the newest 256 kB. ?tail=N: the last N entries; ?after=ID: newer ones only.',
  mimeType: 'text/plain',
  suffix: '/logs',
  query: ['after', 'tail'],
  follows: 'logs',
  async read(task, query, { coder, signal }) {
    const after = query.after === undefined ? undefined : parsePosition(query.after, task.id);
    if (after && !after.ok) return undefined;
    try {
      const logs = await coder.getTaskLogs({ user: 'me', task: task.id }, { signal });
      return conversation(task, logs, query, after?.position);
    } catch (error) {
      if (!isCoderError(error, 'no_logs_now', 'task_starting', 'task_paused', 'task_not_active')) throw error;
      return nothingNow(task, adviceOn(error).why);
    }
  },
};

function conversation(task: Task, logs: TaskLogs, { tail }: ResourceQuery, after: LogQuery['after']): string {
  const whole = { limit: Number.MAX_SAFE_INTEGER, role: 'all', ...(after !== undefined && { after }) } as const;
  return withinLimit((maxChars) => {
    const page = pageOf(task.id, logs.logs, { ...whole, max_chars: maxChars }, sourceOf(task, logs));
    const entries = page.entries.slice(-(tail ?? page.entries.length));
    return transcript(
      [
        headline(task, logs),
        ...restNotes(page),
        entries.length < page.entries.length || page.older ? 'older entries are left out' : undefined,
        page.cursor && `${page.more && page.newer ? 'more' : 'newer'}: ${newerUri(task, page.cursor)}`,
      ],
      entries.map(({ id, role, time, text, from_row }) => ({
        label: `#${id} ${role} ${time}${from_row === undefined ? '' : `, goes on from row ${from_row}`}`,
        text,
      })),
    );
  });
}

function headline(task: Task, { snapshot, snapshot_at, logs }: TaskLogs): string {
  const name = nameOf(task);
  if (!snapshot) return `${name}: conversation, live`;
  if (snapshot_at) return `${name}: conversation as saved at ${isoTime(Date.parse(snapshot_at))}, an excerpt`;
  return logs.length > 0 ? `${name}: conversation as saved at the last pause` : `${name}: no conversation was saved`;
}

/** What a reader who came with a cursor must know about it. */
function restNotes({ entries, restarted, rewritten, outdated, missed, not_stored }: LogPage): string[] {
  return [
    ...(restarted ? [restartedWords(entries)] : []),
    ...(rewritten && entries[0] ? [`entry #${entries[0].id} reads differently now and comes again`] : []),
    ...(outdated ? ['what was saved is older than that position'] : []),
    ...(missed ? [`${missed} entries since then are no longer kept`] : []),
    ...(not_stored ? [`${not_stored} earlier entries are not stored`] : []),
  ];
}

function newerUri(task: Task, cursor: string): string {
  return taskUri(task.owner_name, task.name, `/logs?after=${cursor}`);
}

function nothingNow(task: Task, why: string): string {
  const buildLogs = taskUri(task.owner_name, task.name, '/build-logs');
  return transcript(
    [`${nameOf(task)}: no conversation now, the task is ${phaseOf(task)}`, why, `see: ${buildLogs}`],
    [],
  );
}
