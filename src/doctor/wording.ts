/** An examination in words: the same lines for a model and for a person. */

import type { Finding } from './check.js';
import type { Examination } from './examine.js';

/** "ok: tasks available on https://coder.example.com, Coder v2.34.5, as alice", then one line a finding. */
export function examinationLines(examination: Examination): string[] {
  return [
    `${examination.result}: ${summaryOf(examination)}`,
    ...examination.findings.map((finding) => `${finding.result} ${findingLine(finding)}`),
  ];
}

/** "tasks available on https://coder.example.com, Coder v2.34.5, as alice" */
export function summaryOf({ tasks, url, version, user }: Examination): string {
  const where = [url, version && `Coder ${version}`, user && `as ${user}`].filter(Boolean).join(', ');
  return `tasks ${tasks.replace('_', ' ')}${where === '' ? '' : ` on ${where}`}`;
}

function findingLine({ check, seen, mend }: Finding): string {
  return `${titleOf(check)}: ${seen}${mend === undefined ? '' : `; mend: ${mend}`}`;
}

/** `rate limit` for `rate_limit`. */
export function titleOf(check: Finding['check']): string {
  return check.replace('_', ' ');
}
