/** Which resource an address names. */

import { expect, test } from 'vitest';
import { findResource } from '../../src/resources/index.js';

function found(uri: string) {
  const address = findResource(uri);
  if (!address) return undefined;
  const { name } = address.resource;
  return 'reference' in address ? { name, reference: address.reference, query: address.query } : { name };
}

test.each([
  ['coder://tasks', { name: 'tasks' }],
  ['coder://Tasks/', { name: 'tasks' }],
  ['coder://templates', { name: 'templates' }],
  ['coder://deployment', { name: 'deployment' }],
  ['coder://tasks/me/fix', { name: 'task', reference: 'me/fix', query: {} }],
  ['coder://tasks/Alice/FIX/Logs', { name: 'task-logs', reference: 'Alice/FIX', query: {} }],
  [
    'coder://tasks/me/fix/logs?tail=3&after=12',
    { name: 'task-logs', reference: 'me/fix', query: { tail: 3, after: '12' } },
  ],
  [
    'coder://tasks/me/fix/logs?after=12&tail=3',
    { name: 'task-logs', reference: 'me/fix', query: { tail: 3, after: '12' } },
  ],
  ['coder://tasks/me/fix/build-logs?tail=3', { name: 'task-build-logs', reference: 'me/fix', query: { tail: 3 } }],
])('%s names its resource', (uri, address) => {
  expect(found(uri)).toEqual(address);
});

test.each([
  'coder://nothing',
  'coder://tasks?tail=1',
  'coder://tasks/alice',
  'coder://tasks/alice/fix/nothing',
  'coder://tasks/alice/fix/logs/more',
  'coder://tasks/alice/fix?tail=1',
  'coder://tasks/alice/fix/logs?tail=0',
  'coder://tasks/alice/fix/logs?tail=-1',
  'coder://tasks/alice/fix/logs?tail=1e3',
  'coder://tasks/alice/fix/logs?after=%2e%2e%2fx',
  'coder://tasks/alice/fix/logs?limit=1',
  'coder://tasks/alice/fix/logs?tail=1?after=2',
  'coder://tasks/alice/fix/build-logs?after=1',
  'coder://tasks/alice/..%2F..%2Fusers',
  'coder://tasks/../users/me',
  'coder://tasks/alice/fix%00',
  'coder://templates/x',
])('%s names nothing', (uri) => {
  expect(findResource(uri)).toBeUndefined();
});
