/** What `resources/list` shows: the fixed resources, and for each of my tasks its state and its conversation. */

import type { Resource as ListedResource, ResourceTemplate } from '@modelcontextprotocol/sdk/types.js';
import type { Task } from '../../coder/wire/schemas.js';
import { type FixedResource, type Resource, type TaskResource, templateOf } from '../../resources/define.js';
import { taskUri } from '../../resources/uri.js';
import { phaseOf } from '../../tasks/knowing/phase.js';
import { nameOf } from '../../tasks/summary.js';
import { isoTime } from '../../text/age.js';
import { clipEnd } from '../../text/clip.js';
import { visibleLine } from '../../text/untrusted.js';

// A person picks from this list; with more tasks than this, completion of the templates is the better way.
const MAX_LISTED_TASKS = 50;
const MAX_PROMPT_CHARS = 80;

/** My tasks that a person may want to look at: all but those on their way out, the running ones before the paused. */
export function liveTasks(tasks: readonly Task[]): readonly Task[] {
  const live = tasks.filter((task) => phaseOf(task) !== 'deleting');
  const isPaused = (task: Task) => Number(phaseOf(task) === 'paused');
  return live.toSorted((a, b) => isPaused(a) - isPaused(b) || b.created_at.localeCompare(a.created_at));
}

/** The whole list, fixed resources first. */
export function listResources(resources: readonly Resource[], tasks: readonly Task[]): ListedResource[] {
  const followed = resources.filter((resource) => resource.kind === 'task' && resource.follows !== undefined);
  return [
    ...resources.filter((resource) => resource.kind === 'fixed').map(listedFixed),
    ...tasks
      .slice(0, MAX_LISTED_TASKS)
      .flatMap((task) =>
        followed.flatMap((resource) => (resource.kind === 'task' ? [listedTask(resource, task)] : [])),
      ),
  ];
}

/** The resources of any task, as templates. */
export function listTemplates(resources: readonly Resource[]): ResourceTemplate[] {
  return resources.flatMap((resource) => {
    if (resource.kind !== 'task') return [];
    const { name, title, description, mimeType } = resource;
    return [{ uriTemplate: templateOf(resource), name, title, description, mimeType }];
  });
}

function listedFixed({ uri, name, title, description, mimeType }: FixedResource): ListedResource {
  return { uri, name, title, description, mimeType };
}

function listedTask({ suffix, title, mimeType }: TaskResource, task: Task): ListedResource {
  const name = nameOf(task) + suffix;
  const changed = Date.parse(task.current_state?.timestamp ?? task.updated_at);
  return {
    uri: taskUri(task.owner_name, task.name, suffix),
    name,
    title: `${title}: ${headingOf(task)}`,
    description: `${nameOf(task)}, ${phaseOf(task)} when listed${templateWords(task)}`,
    mimeType,
    ...(changed > 0 && { annotations: { lastModified: isoTime(changed) } }),
  };
}

/** What a person knows the task by: the name it was given, else the beginning of its prompt. */
function headingOf({ display_name, initial_prompt, name }: Task): string {
  return clipEnd(visibleLine(display_name || initial_prompt), MAX_PROMPT_CHARS) || name;
}

function templateWords({ template_name }: Task): string {
  return template_name ? `; template ${visibleLine(template_name)}` : '';
}
