/** `coder-tasks-mcp doctor`: one line per check of the deployment, with how to mend what is wrong. */

import { styleText } from 'node:util';
import type { CheckResult, Finding } from '../doctor/check.js';
import { type Examination, examine } from '../doctor/examine.js';
import { summaryOf, titleOf } from '../doctor/wording.js';
import { type DeploymentOptions, openDeployment } from './deployment.js';
import { cleanedUp } from './exit.js';

/** Where the report goes; a terminal gets colours. */
interface ReportStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

export interface DoctorOptions extends DeploymentOptions {
  readonly version: string;
  /** Ends the examination before it is complete. */
  readonly signal?: AbortSignal;
  readonly output?: ReportStream;
}

const INTERRUPTED = 130; // as a shell tells of a program that was ended by a person

/** Examines the deployment and prints the report; resolves with the exit code: 1 when a check has failed. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const { config, sink, version, env, signal = new AbortController().signal, output = process.stdout } = options;
  const deployment = await openDeployment(options);
  try {
    const examination = await examine(deployment.coder, signal);
    const text = config.json
      ? `${JSON.stringify({ program: version, ...examination }, null, 2)}\n`
      : report(examination, version, hasColours(output, env));
    output.write(sink.secrets.scrub(text));
    return examination.result === 'fail' ? 1 : 0;
  } catch (error) {
    if (signal.aborted) return INTERRUPTED;
    throw error;
  } finally {
    await cleanedUp(() => deployment.close());
  }
}

/** As other programs decide it: a terminal that is not asked to stay plain. */
function hasColours({ isTTY }: ReportStream, env: DoctorOptions['env']): boolean {
  return isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

type Style = Parameters<typeof styleText>[0];

const styles = { ok: 'green', warn: 'yellow', fail: 'red' } as const satisfies Record<CheckResult, Style>;
const MARGIN = 6;
const TITLE_WIDTH = 'organizations'.length + 1;

function report(examination: Examination, version: string, colours: boolean): string {
  const styled = (style: Style, text: string) => (colours ? styleText(style, text, { validateStream: false }) : text);
  const lines = examination.findings.flatMap((finding) => findingLines(finding, styled));
  const counts = countWords(examination.findings);
  return [
    styled('bold', `coder-tasks-mcp ${version}: ${summaryOf(examination)}`),
    '',
    ...lines,
    '',
    `${styled(styles[examination.result], examination.result)}: ${counts}`,
    '',
  ].join('\n');
}

function findingLines(
  { check, result, seen, mend }: Finding,
  styled: (style: Style, text: string) => string,
): string[] {
  const line = `${styled(styles[result], result.padEnd(MARGIN))}${titleOf(check).padEnd(TITLE_WIDTH)} ${seen}`;
  return mend === undefined ? [line] : [line, `${' '.repeat(MARGIN)}${'mend:'.padStart(TITLE_WIDTH)} ${mend}`];
}

/** "6 ok, 1 warn, 1 fail" */
function countWords(findings: readonly Finding[]): string {
  return (['ok', 'warn', 'fail'] as const)
    .map((result) => [findings.filter((finding) => finding.result === result).length, result] as const)
    .filter(([count]) => count > 0)
    .map(([count, result]) => `${count} ${result}`)
    .join(', ');
}
