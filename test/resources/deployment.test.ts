/** coder://deployment through a real client. */

import { expect, test } from 'vitest';
import { startReader } from '../support/reader.js';

test('says which deployment it is, who I am, and that tasks work here', async () => {
  await using host = await startReader();
  expect(await host.readJson('coder://deployment')).toMatchObject({ user: 'alice', tasks: 'available' });
});

test('is content, not an error, where tasks are switched off', async () => {
  await using host = await startReader({ profile: '2.37' });
  expect(await host.readJson('coder://deployment')).toMatchObject({ result: 'fail', tasks: 'switched_off' });
});
