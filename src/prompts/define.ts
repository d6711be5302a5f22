/** What a prompt is: words that a person picks, made of what stands on the deployment now. */

import { z } from 'zod';
import type { TasksContext } from '../tasks/context.js';

/** What was read for a prompt, or one line on why it was not: a prompt is of use without it. */
export type PromptReading<T> = { readonly value: T } | { readonly problem: string };

export interface PromptContext extends TasksContext {
  /** Whether a tool of this name exists in this process: no other is ever named. */
  hasTool(name: string): boolean;
  /**
   * Reads something from Coder without making the person wait long for it. What the person got wrong is an error of the
   * prompt: an InputError, and a CoderError for a task or user that does not exist.
   */
  read<T>(run: (signal: AbortSignal) => Promise<T>): Promise<PromptReading<T>>;
}

/** What the values of an argument can be completed from; `everybody`: owners, and `*` for all of them. */
export type Suggestion = 'task' | 'owner' | 'everybody' | 'template' | 'preset';

export interface PromptDefinition<Input extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** The tool without which the prompt leads nowhere: where that is switched off, the prompt does not exist either. */
  readonly needs: string;
  /** Text only, since hosts ask for nothing else. */
  readonly input: Input;
  readonly suggests: Readonly<Partial<Record<keyof z.output<Input> & string, Suggestion>>>;
  write(args: z.output<Input>, context: PromptContext): Promise<string>;
}

interface PromptArgument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
}

/** A prompt whose types are forgotten, as the list and the protocol see it. */
export interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly needs: string;
  readonly input: z.ZodObject;
  /** Made of the schema when first asked for. */
  arguments(): readonly PromptArgument[];
  suggestionFor(argument: string): Suggestion | undefined;
  /** Checks arguments, the only time that this is done: the prompt that they make, or what does not fit. */
  prepare(args: unknown): PreparedPrompt | { readonly issues: readonly z.core.$ZodIssue[] };
}

/** A prompt whose arguments have been checked. */
type PreparedPrompt = (context: PromptContext) => Promise<string>;

/** Makes a prompt of its parts. */
export function definePrompt<Input extends z.ZodObject>(definition: PromptDefinition<Input>): Prompt {
  const { name, title, description, needs, input } = definition;
  const suggestions = new Map<string, Suggestion | undefined>(Object.entries(definition.suggests));
  return {
    name,
    title,
    description,
    needs,
    input,
    arguments: () => argumentsOf(input),
    suggestionFor: (argument) => suggestions.get(argument),
    prepare(args) {
      const checked = input.safeParse(args);
      if (!checked.success) return { issues: checked.error.issues };
      return (context) => definition.write(checked.data, context);
    },
  };
}

function argumentsOf(input: z.ZodObject): PromptArgument[] {
  const { properties = {}, required = [] } = z.toJSONSchema(input);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    description: typeof schema === 'object' ? (schema.description ?? '') : '',
    required: required.includes(name),
  }));
}
