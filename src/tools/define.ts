/** What a tool is: one object that holds its input, endpoint, behaviour and wording. */

import type { z } from 'zod';
import type { Clock } from '../coder/clock.js';
import type { Logger } from '../log.js';
import type { TasksContext } from '../tasks/context.js';
import type { Consent } from '../tasks/deleting/consent.js';
import type { NextCall } from '../tasks/next.js';
import { isoTime } from '../text/age.js';
import type { QuotedPart } from '../text/untrusted.js';
import type { ToolName } from '../tool-names.js';

/** The person and the program on the other side of the protocol, as far as a tool needs them. */
export interface Host {
  /** Longest wait of one call, in seconds: hosts cut longer ones (behaviour §7). */
  readonly maxWaitSeconds: number;
  /** The wait of a call that names none, in seconds, where the host cuts calls much earlier unless it is told otherwise. */
  readonly defaultWaitSeconds: number | undefined;
  /** Whether the person can be asked during a call. */
  readonly canAsk: boolean;
  /** Asks the person for a yes; what came of it tells a person's answer from none. */
  confirm(question: string, signal: AbortSignal): Promise<Consent>;
  /** Lets the person choose one of the options; `undefined` when the host cannot ask, or nothing was chosen. */
  choose(question: string, choices: readonly Choice[], signal: AbortSignal): Promise<string | undefined>;
}

export interface Choice {
  readonly value: string;
  readonly title: string;
}

/** What a running tool may use. Nothing else: tools never touch the SDK. */
export interface ToolContext extends TasksContext {
  readonly host: Host;
  readonly clock: Clock;
  readonly log: Logger;
  /** Aborted when the caller cancels; goes to everything that waits. */
  readonly signal: AbortSignal;
  /** Tells the caller how far the call is; a sentence that a person understands. */
  progress(message: string): void;
}

/** Words that need the present moment: ages of the times in an output. */
export interface Words {
  /** "4 min" for an ISO time 4 minutes ago, by the deployment's clock. */
  age(iso: string): string;
}

/** `read` changes nothing, `write` can be taken back or repeated, `destroy` loses something for good. */
export type Effect = 'read' | 'write' | 'destroy';

/** What `run` gives: the output's shape, of which nothing is changed any more. */
type Given<T> = T extends readonly (infer Item)[]
  ? readonly Given<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Given<T[K]> }
    : T;

export interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject> {
  readonly name: ToolName;
  readonly title: string;
  readonly description: string;
  readonly effect: Effect;
  /** Repeating the same call changes nothing further. Reads always are; for the others, the default is that they are too (behaviour §1). */
  readonly idempotent?: boolean;
  /** Key of `coder/endpoints.ts`, for the tools that stand for one endpoint. */
  readonly endpoint?: string;
  readonly input: Input;
  readonly output: Output;
  /** `now` is filled in for it. */
  run(args: z.output<Input>, context: ToolContext): Promise<Given<Omit<z.input<Output>, 'now'>>>;
  /** Line 1 is the answer, then facts. Notes, next calls and quoted agent text are added for every tool alike. */
  text(output: z.output<Output>, words: Words): readonly (string | false | undefined)[];
  /** The quote at the end, where all that stands under `untrusted`, each with its key, is not the best form of it. */
  quote?(output: z.output<Output>): readonly QuotedPart[];
}

/** A tool whose types are forgotten, as the list and the protocol see it. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly effect: Effect;
  readonly idempotent: boolean;
  readonly endpoint: string | undefined;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** Checks arguments, the only time that this is done: the call that they make, or what does not fit. */
  prepare(args: unknown): PreparedCall | { readonly issues: readonly z.core.$ZodIssue[] };
}

/** A call whose arguments have been checked: the exact output and the text lines come out. */
type PreparedCall = (context: ToolContext) => Promise<ToolAnswer>;

/** One answer in both forms: data, and the parts of its text. */
interface ToolAnswer {
  readonly output: ToolOutput;
  readonly lines: (words: Words) => readonly string[];
  /** Undefined: all that stands under `untrusted`. */
  readonly quote: readonly QuotedPart[] | undefined;
}

/** What every tool's output may carry beside its own fields. */
export interface ToolOutput extends Record<string, unknown> {
  readonly notes?: readonly string[] | undefined;
  readonly next?: readonly NextCall[] | undefined;
}

/**
 * Makes a tool of its parts. The output is parsed by its schema: what the schema does not name never leaves, and a
 * missing field is a defect of ours that shows at once.
 */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: ToolDefinition<Input, Output>,
): Tool {
  const { name, title, description, effect, input, output } = definition;
  return {
    name,
    title,
    description,
    effect,
    idempotent: definition.idempotent ?? true,
    endpoint: definition.endpoint,
    input,
    output,
    prepare(args) {
      const checked = input.safeParse(args);
      if (!checked.success) return { issues: checked.error.issues };
      return (context) => answerOf(definition, checked.data, context);
    },
  };
}

async function answerOf<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: ToolDefinition<Input, Output>,
  args: z.output<Input>,
  context: ToolContext,
): Promise<ToolAnswer> {
  const { output } = definition;
  const given = await definition.run(args, context);
  const now = 'now' in output.shape ? { now: isoTime(context.coder.now()) } : {};
  const result = output.parse({ ...given, ...now });
  return {
    output: result,
    quote: definition.quote?.(result),
    lines: (words) =>
      definition.text(result, words).filter((line): line is string => typeof line === 'string' && line !== ''),
  };
}
