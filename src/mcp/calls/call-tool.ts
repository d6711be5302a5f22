/** One `tools/call`: old names, arguments, the run, and its answer in both forms; a failure becomes an error result. */

import { randomBytes } from 'node:crypto';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { InputError } from '../../coder/errors/errors.js';
import type { Logger } from '../../log.js';
import { ageText } from '../../text/age.js';
import { clipEnd } from '../../text/clip.js';
import { nearest } from '../../text/names.js';
import { makeMark, visibleLine } from '../../text/untrusted.js';
import { resolveAlias } from '../../tools/aliases.js';
import type { Tool, ToolContext, ToolOutput, Words } from '../../tools/define.js';
import { prepared } from './arguments.js';
import { asMeant } from './given.js';
import { withHostWait } from './host-wait.js';
import { renderText } from './render.js';
import { errorCodeOf, errorText } from './tool-error.js';

// A name is short; what is not comes from a caller who is confused, and must not fill the log.
const MAX_LOG_CHARS = 200;

export interface ToolCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Runs a tool and words its answer. Never throws but for an abort, whose call gets no answer. */
export async function callTool(tools: readonly Tool[], call: ToolCall, context: ToolContext): Promise<CallToolResult> {
  const startedAt = context.clock.now();
  const logEnd = (outcome: string) => {
    const ms = context.clock.now() - startedAt;
    context.log.debug({ tool: logWord(call.name), task: subjectOf(call.args), outcome, ms }, 'tool call');
  };
  try {
    const { name, args: named, notes } = resolveAlias(call.name, call.args);
    const tool = findTool(tools, name);
    const meant = asMeant(tool.input, named);
    const { args, tooShort } = withHostWait(tool.input, meant.args, context.host);
    const { output, lines, quote } = await prepared(tool, args)(context);
    const late = output.timed_out === true && tooShort !== undefined ? [tooShort] : [];
    const answer = withNotes(onlyExisting(output, tools), [...notes, ...meant.notes, ...late]);
    logEnd('ok');
    const words: Words = { age: (iso) => ageText(context.coder.now() - Date.parse(iso)) };
    return {
      content: [{ type: 'text', text: renderText(lines(words), answer, makeMark(randomBytes), quote) }],
      structuredContent: answer,
    };
  } catch (error) {
    logEnd(context.signal.aborted ? 'cancelled' : errorCodeOf(error));
    if (context.signal.aborted) throw context.signal.reason;
    logDefect(error, context.log, call.name);
    return {
      content: [
        {
          type: 'text',
          text: errorText(
            error,
            call.name,
            tools.map(({ name }) => name),
          ),
        },
      ],
      isError: true,
    };
  }
}

/** The task or tasks of a call, for the log. */
function subjectOf({ task, tasks = task }: ToolCall['args']): string | undefined {
  return tasks === undefined ? undefined : logWord([tasks].flat().map(String).join(', '));
}

function logWord(text: string): string {
  return clipEnd(visibleLine(text.slice(0, MAX_LOG_CHARS * 2)), MAX_LOG_CHARS);
}

function findTool(tools: readonly Tool[], name: string): Tool {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool) return tool;
  const names = tools.map((candidate) => candidate.name);
  throw new InputError({
    argument: 'name',
    received: name,
    expectation: 'a tool of this server',
    allowed: nearest(name, names),
    next: 'tools/list has them all',
  });
}

/** A next call names only tools that exist in this process (behaviour §3.4). */
function onlyExisting(output: ToolOutput, tools: readonly Tool[]): ToolOutput {
  if (!output.next) return output;
  const next = output.next.filter(({ tool }) => tools.some(({ name }) => name === tool));
  return { ...output, next };
}

function withNotes(output: ToolOutput, notes: readonly string[]): ToolOutput {
  return notes.length === 0 ? output : { ...output, notes: [...notes, ...(output.notes ?? [])] };
}

/** What has no words for a model is a defect: its stack goes to the log. */
function logDefect(error: unknown, log: Logger, tool: string): void {
  if (errorCodeOf(error) === 'internal') log.error({ err: error, tool }, 'tool failed unexpectedly');
}
