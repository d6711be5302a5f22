/** The names of Coder's own former MCP tools and their arguments: taken in a call, never listed (behaviour §3.7). */

import type { ToolName } from '../tool-names.js';

interface Alias {
  readonly name: ToolName;
  readonly note: string;
  /** What the former tool gave without being asked. */
  readonly args?: Readonly<Record<string, unknown>>;
}

const toolAliases: Readonly<Record<string, Alias>> = {
  coder_get_task_status: { name: 'coder_get_task', note: 'coder_get_task_status is now coder_get_task' },
  coder_list_templates: {
    name: 'coder_list_task_templates',
    note: 'coder_list_templates is now coder_list_task_templates',
    args: { version_ids: true },
  },
};

const argumentAliases: Readonly<Record<string, string>> = {
  task_id: 'task',
  user: 'owner',
  template_version_id: 'template_version',
  template_version_preset_id: 'preset',
};

// Per tool, since `user` and `preset` mean something only there.
const aliasedArguments: Readonly<Partial<Record<ToolName, readonly string[]>>> = {
  coder_create_task: ['user', 'template_version_id', 'template_version_preset_id'],
  coder_list_tasks: ['user'],
  coder_get_task: ['task_id'],
  coder_delete_task: ['task_id'],
  coder_send_task_input: ['task_id'],
  coder_get_task_logs: ['task_id'],
};

export interface ResolvedCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
}

/** The call in today's names, with a note for each name that was replaced. A new name beside its old one wins. */
export function resolveAlias(name: string, given: Readonly<Record<string, unknown>>): ResolvedCall {
  const alias = own(toolAliases, name);
  const tool = alias?.name ?? name;
  const args = alias?.args ? { ...alias.args, ...given } : given;
  const notes = alias ? [alias.note] : [];
  const old = (own(aliasedArguments, tool) ?? []).filter((key) => Object.hasOwn(args, key));
  if (old.length === 0) return { name: tool, args: inPlural(tool, args), notes };
  const renamed = new Map<string, unknown>();
  for (const [key, value] of Object.entries(args)) {
    const now = old.includes(key) ? argumentAliases[key] : undefined;
    if (now === undefined) renamed.set(key, value);
    // The former tools took an empty text for nothing.
    else if (!Object.hasOwn(args, now) && value !== '') renamed.set(now, value);
    if (now !== undefined) notes.push(`${key} is now ${now}`);
  }
  // The former tool knew no default preset: a version id alone meant none.
  const hasOldVersion = old.includes('template_version_id') && renamed.has('template_version');
  if (hasOldVersion && (renamed.get('preset') ?? undefined) === undefined) {
    renamed.set('preset', 'none');
    notes.push('template_version_id without a preset means preset none; leave it out for the default preset');
  }
  return { name: tool, args: inPlural(tool, Object.fromEntries(renamed)), notes };
}

// Tools that once took one task and now take several: `task` stays a word for one of them, without a note.
const takesTasks: readonly string[] = ['coder_pause_task', 'coder_resume_task', 'coder_delete_task'];

function inPlural(tool: string, args: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!takesTasks.includes(tool) || !Object.hasOwn(args, 'task') || Object.hasOwn(args, 'tasks')) return args;
  const { task, ...rest } = args;
  return { tasks: task, ...rest };
}

/** A name from outside may be one that every object has, such as `constructor`. */
function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
