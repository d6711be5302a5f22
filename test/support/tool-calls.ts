/** Calls of any tool, made from its own schema: arguments that are right, and what is known of each argument. */

import { z } from 'zod';
import type { Tool } from '../../src/tools/define.js';

/** What a test needs of an argument's schema; lengths too, which the published schema leaves out. */
const argumentSchema = z.looseObject({
  type: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  items: z.looseObject({ type: z.string().optional(), enum: z.array(z.unknown()).optional() }).optional(),
});
export type ArgumentFacts = z.output<typeof argumentSchema>;

const toolSchema = z.looseObject({
  properties: z.record(z.string(), argumentSchema).default({}),
  required: z.array(z.string()).default([]),
});

/** The task that calls are about; whoever uses them makes it first. */
export const SUBJECT = 'subject';

const FITTING: Readonly<Record<string, unknown>> = { task: SUBJECT, tasks: [SUBJECT], input: 'hello' };

// Texts that are said or looked for, and no names: everything may stand in them.
const FREE_TEXTS = ['input', 'search', 'display_name'];

export function argumentsOf(tool: Tool): Readonly<Record<string, ArgumentFacts>> {
  return schemaOf(tool).properties;
}

/** The arguments that name something: where a path could be smuggled in. */
export function namingArguments(tool: Tool): readonly string[] {
  return Object.entries(argumentsOf(tool))
    .filter(([name, facts]) => !FREE_TEXTS.includes(name) && takesText(facts))
    .map(([name]) => name);
}

/** The fewest arguments with which the tool does its work at once. */
export function fittingArguments(tool: Tool): Record<string, unknown> {
  const { properties, required } = schemaOf(tool);
  return {
    ...Object.fromEntries(required.map((name) => [name, FITTING[name]])),
    ...('wait_seconds' in properties && { wait_seconds: 0 }),
    ...(tool.name === 'coder_create_task' && { template: 'tasks-demo' }),
    ...(tool.name === 'coder_update_task_input' && { input: FITTING.input }),
    ...(tool.name === 'coder_delete_task' && { confirm: SUBJECT }),
  };
}

function takesText({ type, items, enum: choices, anyOf }: ArgumentFacts): boolean {
  if (choices ?? items?.enum) return false;
  const ways = [
    type,
    items?.type,
    ...z
      .array(argumentSchema)
      .catch([])
      .parse(anyOf)
      .map((way) => way.type),
  ];
  return ways.includes('string');
}

function schemaOf(tool: Tool): z.output<typeof toolSchema> {
  return toolSchema.parse(z.toJSONSchema(tool.input, { target: 'draft-07', io: 'input' }));
}
