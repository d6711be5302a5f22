/** coder://templates: the templates that can run tasks, as coder_list_task_templates shows them. */

import { describeTemplates } from '../tasks/creating/templates.js';
import type { FixedResource } from './define.js';

export const templates: FixedResource = {
  kind: 'fixed',
  name: 'templates',
  title: 'Task templates',
  description: 'Templates that can run tasks: what each is for, its presets, what would stop a create.',
  mimeType: 'application/json',
  uri: 'coder://templates',
  async read({ coder, policy, signal }) {
    const { templates, notes } = await describeTemplates({ coder, policy }, {}, signal);
    return JSON.stringify({ templates, ...(notes.length > 0 && { notes }) });
  },
};
