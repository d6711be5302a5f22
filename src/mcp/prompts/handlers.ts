/** Prompts in the protocol: which exist in this process, their arguments, and the message that each becomes. */

import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { GetPromptRequestSchema, ListPromptsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { InputError, isCoderError } from '../../coder/errors/errors.js';
import type { Prompt, PromptContext, PromptReading } from '../../prompts/define.js';
import { allPrompts } from '../../prompts/index.js';
import { nearest } from '../../text/names.js';
import type { Tool } from '../../tools/define.js';
import { prepared } from '../calls/arguments.js';
import { asMeant } from '../calls/given.js';
import { errorCodeOf } from '../calls/tool-error.js';
import type { McpDeps } from '../deps.js';
import { orElse } from '../patience.js';
import { oneLine, toProtocolError } from '../protocol-error.js';
import { listPrompts } from './list.js';

// A person has picked the prompt and waits for it; without what Coder would say it is of use all the same.
const READ_PATIENCE_MS = 5_000;

/** The prompts that lead somewhere with these tools. */
export function promptsFor(tools: readonly Tool[]): readonly Prompt[] {
  return allPrompts.filter(({ needs }) => tools.some(({ name }) => name === needs));
}

/** Handles the list of prompts and the writing of one. */
export function registerPrompts(server: Server, deps: McpDeps): void {
  const prompts = promptsFor(deps.tools);
  server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: listPrompts(prompts) }));
  server.setRequestHandler(GetPromptRequestSchema, async ({ params }, { signal }) => {
    try {
      const prompt = findPrompt(prompts, params.name);
      const { args } = asMeant(prompt.input, withoutBlanks(params.arguments ?? {}));
      const text = await prepared(prompt, args)(contextOf(deps, signal));
      return { description: prompt.description, messages: [{ role: 'user', content: { type: 'text', text } }] };
    } catch (error) {
      if (errorCodeOf(error) === 'internal') deps.log.error({ err: error, prompt: params.name }, 'prompt failed');
      throw toProtocolError(error);
    }
  });
}

function findPrompt(prompts: readonly Prompt[], name: string): Prompt {
  const prompt = prompts.find((candidate) => candidate.name === name);
  if (prompt) return prompt;
  const names = prompts.map((candidate) => candidate.name);
  throw new InputError({
    argument: 'name',
    received: name,
    expectation: 'a prompt of this server',
    allowed: nearest(name, names, names.length),
  });
}

/** Hosts send a field that a person left empty as an empty text. */
function withoutBlanks(args: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value.trim() !== ''));
}

/** The person has named what is not there: the prompt would only lead a model to the same error. */
function isMistake(error: unknown): boolean {
  return error instanceof InputError || isCoderError(error, 'not_found', 'task_gone', 'cannot_open', 'user_not_found');
}

function contextOf({ coder, tasks, policy, clock, tools }: McpDeps, signal: AbortSignal): PromptContext {
  return {
    coder,
    tasks,
    policy,
    hasTool: (name) => tools.some((tool) => tool.name === name),
    async read<T>(run: (signal: AbortSignal) => Promise<T>): Promise<PromptReading<T>> {
      const late: PromptReading<T> = { problem: `Coder did not answer within ${READ_PATIENCE_MS / 1_000} s` };
      let mistake: unknown;
      const read = await orElse(late, { clock, ms: READ_PATIENCE_MS, signal }, (stop) =>
        run(stop).then(
          (value) => ({ value }),
          (error: unknown) => {
            // What the time-out has aborted is no failure of its own.
            stop.throwIfAborted();
            if (isMistake(error)) mistake = error;
            return { problem: oneLine(error) };
          },
        ),
      );
      if (mistake !== undefined) throw mistake;
      return read;
    },
  };
}
