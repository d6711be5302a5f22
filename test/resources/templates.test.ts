/** coder://templates through a real client. */

import { expect, test } from 'vitest';
import { startReader } from '../support/reader.js';

test('shows the templates that can run tasks, with their presets', async () => {
  await using host = await startReader();
  expect(await host.readJson('coder://templates')).toMatchObject({
    templates: expect.arrayContaining([
      expect.objectContaining({
        template: 'tasks-demo',
        presets: expect.arrayContaining([{ name: 'Standard', default: true }]),
        untrusted: { title: 'Tasks demo', description: 'A scripted coding agent behind AgentAPI.' },
      }),
    ]),
  });
});

test('shows only those that this server may use, and says that there are more', async () => {
  await using host = await startReader({ config: { allowedTemplates: ['tasks-demo'] } });
  expect(await host.readJson('coder://templates')).toMatchObject({
    templates: [{ template: 'tasks-demo' }],
    notes: [expect.stringContaining('more')],
  });
});
