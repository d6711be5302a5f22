/** Where the embedded deployment does not answer as the recorded servers did, with the reason for each. */

import type { Version } from './recording.js';
import type { Finding } from './replay.js';

/**
 * Exchanges that are not replayed at all: the world they belong to cannot be made. Beside these, the frames of the one
 * WebSocket in watch-sse.json: nothing here speaks that protocol, and the stream tells the same.
 */
const outOfScope: readonly { readonly recording: string; readonly situations: RegExp; readonly reason: string }[] = [
  {
    recording: 'forced',
    situations: /rename the workspace of a task$/,
    reason: 'Coder refuses to rename workspaces unless told otherwise; here a test does it by a knob, and so do we',
  },
  {
    recording: 'forced',
    situations: /^\[database\] (task without workspace|list after that|app id|no app id|snapshot)/,
    reason: 'the recorder edited the database into states that no API call and no knob of ours leads to',
  },
];

export function isInScope(recording: string, situation: string): boolean {
  return !outOfScope.some((entry) => entry.recording === recording && entry.situations.test(situation));
}

export interface KnownDifference {
  readonly recording: string;
  /** Default: both. */
  readonly version?: Version;
  readonly situations: readonly string[];
  /** The beginning of the paths that differ; default: everything about the exchange may. */
  readonly path?: string;
  readonly reason: string;
}

/** An entry that no longer differs anywhere fails the test. */
const knownDifferences: readonly KnownDifference[] = [
  {
    recording: 'auto-stop',
    situations: ['after: list'],
    reason: 'the list holds tasks of the recordings that were made at the same time',
  },
  {
    recording: 'no-agent',
    situations: ['[no-connect] list', '[loose-agent] list'],
    reason: 'the list holds tasks of the recordings that were made at the same time',
  },
  {
    recording: 'cli-agent',
    situations: ['right after resume: task'],
    path: 'body.workspace_status',
    reason: 'the build was taken between the two reads of which the answer is made: `pending` beside `starting`',
  },
  {
    recording: 'frozen-send',
    situations: ['poll, 48 s after the first send: logs'],
    path: 'body.logs[4].content',
    reason: 'the agent reported that it begins, and had not yet written so on its screen',
  },
  {
    recording: 'restricted-token',
    version: 'v2.35-dev',
    situations: ['[least privilege and organization:read] workspace list'],
    path: 'body.workspaces[2].latest_app_status.created_at',
    reason: 'two agents reported at about the same time',
  },
  {
    recording: 'send-errors',
    version: 'v2.29.10',
    situations: ['workspace agent killed: task', 'workspace agent lost: task', 'workspace agent lost: workspace'],
    path: 'body',
    reason:
      'here the program outlived its killed workspace agent and went on reporting; in the other recording it did not',
  },
  {
    recording: 'watch-sse',
    version: 'v2.29.10',
    situations: ['1 running connected created initializing - -'],
    path: 'body.latest_build.resources[1].agents[0]',
    reason: 'the agent tells its version just before or just after this event; in the three other starts it was after',
  },
];

function covers(known: KnownDifference, finding: Finding): boolean {
  return known.situations.includes(finding.situation) && finding.path.startsWith(known.path ?? '');
}

/** What is wrong with the findings of one recording, in words: differences nobody knew of, and entries without one. */
export function judge(
  version: Version,
  recording: string,
  findings: readonly Finding[],
  all: readonly KnownDifference[] = knownDifferences,
): string {
  const known = all.filter((entry) => entry.recording === recording && (entry.version ?? version) === version);
  const surprises = findings.filter((finding) => !known.some((entry) => covers(entry, finding)));
  const outlived = known.filter((entry) => !findings.some((finding) => covers(entry, finding)));
  return [
    ...surprises.map((it) => `"${it.situation}" ${it.path}\n    recorded ${it.recorded}\n    ours     ${it.ours}`),
    ...outlived.map(({ situations, reason }) => `"${situations.join('", "')}" no longer differs (${reason})`),
  ].join('\n');
}
