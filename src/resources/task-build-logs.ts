/** coder://tasks/{owner}/{task}/build-logs: what the provisioner and the startup scripts printed. */

import { CoderError, isCoderError } from '../coder/errors/errors.js';
import type { WorkspaceAgent, WorkspaceBuild } from '../coder/wire/schemas.js';
import { nameOf } from '../tasks/summary.js';
import { clipStart } from '../text/clip.js';
import { cleanTerminal } from '../text/terminal.js';
import { visibleLine } from '../text/untrusted.js';
import type { ResourceContext, TaskResource } from './define.js';
import { transcript, withinLimit } from './transcript.js';

// The end tells how it went; a whole build log of a large template has thousands of lines.
const DEFAULT_TAIL_LINES = 500;

export const taskBuildLogs: TaskResource = {
  kind: 'task',
  name: 'task-build-logs',
  title: 'Task build logs',
  description:
    'Output of the last workspace build and of its startup scripts, the end of each. ?tail=N: the last N lines.',
  mimeType: 'text/plain',
  suffix: '/build-logs',
  query: ['tail'],
  async read(task, { tail = DEFAULT_TAIL_LINES }, context) {
    if (!task.workspace_id) throw new CoderError('no_workspace', `${nameOf(task)} has no workspace`);
    const workspace = await context.coder.getWorkspace(task.workspace_id, {
      signal: context.signal,
      includeDeleted: true,
    });
    const build = workspace.latest_build;
    const agents = build.resources.flatMap((resource) => resource.agents);
    const logs = await Promise.all([buildLog(build, context), ...agents.map((agent) => agentLog(agent, context))]);
    const head = [`${nameOf(task)}: ${buildWords(build)}`, ...logs.flatMap(({ note }) => note ?? [])];
    return withinLimit((maxChars) =>
      transcript(
        head,
        logs.flatMap(({ label, lines }) => {
          if (lines.length === 0) return [];
          const end = cleanTerminal(lines.slice(-tail).join('\n'));
          const left = lines.length > tail ? `, the last ${tail} of ${lines.length} lines` : '';
          return [{ label: label + left, text: clipStart(end, Math.floor(maxChars / logs.length)).text }];
        }),
      ),
    );
  },
};

interface PrintedLog {
  readonly label: string;
  readonly lines: readonly string[];
  /** Ours: why there are no lines. */
  readonly note?: string;
}

function buildWords({ build_number, transition, job }: WorkspaceBuild): string {
  const error = job.error ? `: ${visibleLine(job.error)}` : '';
  return `build ${build_number} (${visibleLine(transition)}) ${visibleLine(job.status)}${error}`;
}

async function buildLog({ id }: WorkspaceBuild, { coder, signal }: ResourceContext): Promise<PrintedLog> {
  const lines = await coder.getBuildLogs(id, { signal });
  let stage = '';
  return {
    label: 'build log',
    lines: lines.flatMap((line) => {
      const heading = line.stage === stage ? [] : [`[${line.stage}]`];
      stage = line.stage;
      return line.output === '' ? heading : [...heading, withLevel(line.log_level, line.output)];
    }),
    ...(lines.length === 0 && { note: 'no build log yet' }),
  };
}

/** A paused task's agent is no more, and most servers then have no output of it either (coder-api §7). */
async function agentLog({ id, name }: WorkspaceAgent, { coder, signal }: ResourceContext): Promise<PrintedLog> {
  const label = `startup log of agent ${visibleLine(name)}`;
  try {
    const lines = await coder.getAgentLogs(id, { signal });
    if (lines.length === 0) return { label, lines: [], note: `no ${label} yet` };
    return { label, lines: lines.map(({ level, output }) => withLevel(level, output)) };
  } catch (error) {
    if (!isCoderError(error)) throw error;
    const why = error.code === 'not_found' ? 'it went with the last start' : visibleLine(error.message);
    return { label, lines: [], note: `no ${label}: ${why}` };
  }
}

function withLevel(level: string, output: string): string {
  return level === 'error' || level === 'warn' ? `${level}: ${output}` : output;
}
